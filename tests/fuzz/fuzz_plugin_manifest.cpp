// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/manifest.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace ibot::plugin;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Whatever is accepted is fit for file names and messages and can be written and read again; whatever is not
// has a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest) {
    require(!manifest.error().message.empty());
    require(manifest.error().message.size() < 100'000);
    return 0;
  }
  require(is_valid_id(manifest->id));
  require(is_valid_version(manifest->version));
  require(manifest->library.find('/') == std::string::npos);
  const auto again = parse_manifest(to_text(*manifest));
  require(again.ok());
  require(*again == *manifest);
  require(differences(*manifest, *again).empty());
  require(mismatches(manifest->fingerprint, manifest->fingerprint).empty());
  return 0;
}
