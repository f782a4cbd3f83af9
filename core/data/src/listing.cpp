// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/data/listing.h>

namespace ibot::data {

std::uint64_t sample_id(std::string_view path) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : path) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return base::mix64(hash);
}

void Listing::reserve(std::size_t pictures, std::size_t path_bytes) {
  rows_.reserve(pictures);
  paths_.reserve(path_bytes);
}

void Listing::add(std::string_view path, std::uint64_t file_size, std::int32_t label, std::uint32_t split) {
  rows_.push_back(
      {sample_id(path), file_size, paths_.size(), static_cast<std::uint32_t>(path.size()), label, split});
  paths_.append(path);
}

Sample Listing::sample(std::int64_t index) const {
  const Row& row = rows_[static_cast<std::size_t>(index)];
  return {row.id, std::string_view(paths_).substr(row.path_begin, row.path_length), splits[row.split],
          row.label, row.file_size};
}

}  // namespace ibot::data
