// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/bundle/bundle.h>

#include <string>
#include <string_view>

namespace ibot::bundle {

/// Name of the manifest, and of what makes a workspace an opened bundle.
inline constexpr const char* kManifest = "bundle.json";

std::string write_manifest(const Manifest& manifest);
/// Untrusted. Every path in it may stand in a bundle, once. Errors: Incompatible, Unsupported, Corrupt.
base::Result<Manifest> read_manifest(std::string_view text);

/// Paths that a bundle may hold beside its manifest.
bool is_bundle_path(std::string_view path);
/// The same path for file systems that do not tell cases apart.
std::string folded(std::string_view path);

}  // namespace ibot::bundle
