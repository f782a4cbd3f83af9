// SPDX-License-Identifier: GPL-3.0-or-later
// A bundle as somebody sent it: any bytes give a checked list of files, or one error in words. Nothing is
// written.

#include <ibot/bundle/bundle.h>
#include <ibot/record/workspace.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ibot::bundle::Limits limits{.total_bytes = std::uint64_t{8} << 20, .entries = 100, .ratio = 200};
  const auto manifest =
      ibot::bundle::check_bundle(std::span(reinterpret_cast<const std::byte*>(bytes), size), limits);
  if (!manifest) {
    if (manifest.error().message.empty()) std::abort();
    return 0;
  }
  if (manifest->runs.empty() || manifest->files.size() > limits.entries) std::abort();
  for (const auto& file : manifest->files) {
    if (!ibot::record::is_safe_relative_path(file.path) || file.size > limits.total_bytes) std::abort();
  }
  return 0;
}
