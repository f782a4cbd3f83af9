// SPDX-License-Identifier: GPL-3.0-or-later
// The CSV list of pictures: any bytes give rows with paths, in the order of their lines, or one error in
// words.

#include <ibot/data/manifest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto manifest = ibot::data::parse_manifest(text, "list.csv");
  if (!manifest) {
    if (manifest.error().message.empty()) std::abort();
    return 0;
  }
  std::int64_t line = 1;
  for (const auto& row : manifest->rows) {
    if (row.path.empty() || row.line <= line) std::abort();
    line = row.line;
  }
  return 0;
}
