// SPDX-License-Identifier: GPL-3.0-or-later
// The cached index of a folder's pictures. The input is an index without its checksum, which is put right
// here so that the contents are judged: they are refused, or they write back to the same bytes and name
// nothing outside the folder.

#include <ibot/base/hash.h>
#include <ibot/data/index_file.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(bytes), size);
  text += ibot::base::sha256_hex(text);
  const std::filesystem::path root = "/";
  const auto scan = ibot::data::parse_index(std::as_bytes(std::span(text)), root);
  if (!scan) return 0;
  for (const auto& folder : scan->folders) {
    for (const auto& part : std::filesystem::path(folder.path)) {
      if (part == "/" || part == "..") std::abort();
    }
  }
  if (ibot::data::serialise_index(*scan, root) != text) std::abort();
  return 0;
}
