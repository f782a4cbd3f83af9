// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plugin/abi.h>
#include <ibot/plugin/manifest.h>
#include <ibot/plugin/registry.h>

#include <filesystem>
#include <string>

namespace ibot::plugin {

/// Maps a plugin library into this process (RTLD_NOW | RTLD_LOCAL), asks for its descriptor and checks size
/// and versions, in this order, before any other field is read. The library is never unmapped: its code lives
/// in factories and exceptions, and unloading would save nothing. Errors: NotFound, Incompatible (undefined
/// symbol, ABI), Unsupported (not a library, no entry point), with the dynamic linker's own words.
IBOT_API base::Result<const IbotPluginDescriptor*> open_library(const std::filesystem::path& library);

/// Size and versions of a descriptor. Reads the first three fields only.
IBOT_API base::Status check_versions(const IbotPluginDescriptor& descriptor);

/// The fingerprint that the descriptor states. Errors: Corrupt (an absent or overlong text).
IBOT_API base::Result<Fingerprint> fingerprint_of(const IbotPluginDescriptor& descriptor);

/// The manifest that tells the truth about a library: each text checked for presence, length and characters,
/// the schema parsed. `library` is the file name to be written into it. Calls a
/// function of the plugin. Precondition: check_versions passed, and the fingerprint fits.
IBOT_API base::Result<Manifest> manifest_of(const IbotPluginDescriptor& descriptor,
                                            const std::string& library);

/// Asks the plugin whether it can work on this machine. Errors: Unsupported, with the plugin's reason.
IBOT_API base::Status check_available(const IbotPluginDescriptor& descriptor);

/// Lets the plugin register into a staging area and checks that it offers exactly the kind and id of its
/// descriptor. Errors: the plugin's own, Incompatible (other kind, other id, nothing, more than one).
IBOT_API base::Result<Offer> collect_offer(const IbotPluginDescriptor& descriptor, const Manifest& manifest);

}  // namespace ibot::plugin
