// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/params/schema.h>
#include <ibot/plugin/fingerprint.h>
#include <ibot/plugin/kind.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::plugin {

/// "<id>.plugin.json" beside the library.
inline constexpr std::string_view kManifestSuffix = ".plugin.json";
inline constexpr std::uint64_t kManifestSizeLimit = std::uint64_t{1} << 20;

/// All that is known of a plugin without running its code: listing, forms and YAML checks need nothing else.
/// Written at build time from the descriptor (ibot-manifest), compared with it again when the library is
/// loaded.
struct IBOT_API Manifest {
  std::string id;
  Kind kind = Kind::Masking;
  std::string version;
  std::string summary;
  std::string library;  ///< file name of the library, in the manifest's own folder
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  Fingerprint fingerprint;
  params::Schema schema;
  std::string library_sha256;  ///< 64 hexadecimal digits; empty: not stated

  bool operator==(const Manifest&) const = default;
};

/// Reads a manifest. The text is untrusted: size, depth, types, ranges and characters are checked, unknown
/// and repeated keys are errors, and one error (Corrupt, or Unsupported for a newer format) names all
/// mistakes.
IBOT_API base::Result<Manifest> parse_manifest(std::string_view text);
/// parse_manifest of a file, which must be a regular one. Errors: those and NotFound, PermissionDenied, Io.
IBOT_API base::Result<Manifest> read_manifest(const std::filesystem::path& path);

/// The JSON text; parse_manifest(to_text(m)) equals m.
IBOT_API std::string to_text(const Manifest& manifest);

/// The JSON text of a schema, as descriptors hold it.
IBOT_API std::string schema_text(const params::Schema& schema);

/// Every field in which the manifest says something else than the library does (`library_sha256` and
/// `library` are not compared: the descriptor does not hold them). Parameters are compared one by one.
IBOT_API std::vector<Mismatch> differences(const Manifest& manifest, const Manifest& from_library);

/// Checks of single fields, shared with the descriptor's. True if the text is fit for its purpose.
IBOT_API bool is_valid_id(std::string_view id);            ///< [a-z][a-z0-9_]{0,63}
IBOT_API bool is_valid_version(std::string_view version);  ///< 1 to 64 of [0-9A-Za-z.+-]

}  // namespace ibot::plugin
