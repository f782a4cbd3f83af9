// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/base/random.h>
#include <ibot/image/encode.h>

#include <chrono>
#include <fstream>

namespace ibot::data::test {

void put_file(const std::filesystem::path& path, std::string_view contents) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << contents;
}

namespace {

void put_image(const std::filesystem::path& path, const image::Image& picture) {
  const std::vector<std::byte> bytes = image::encode_png(picture);
  put_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

void put_picture(const std::filesystem::path& path, int width, int height,
                 std::array<std::uint8_t, 3> colour) {
  image::Image picture(width, height);
  for (std::size_t i = 0; i < picture.bytes(); ++i) picture.data()[i] = colour[i % 3];
  put_image(path, picture);
}

void put_noise(const std::filesystem::path& path, int width, int height, std::uint64_t seed) {
  image::Image picture(width, height);
  base::RandomStream random(seed, base::Purpose::Test, 0, 0);
  for (std::size_t i = 0; i < picture.bytes(); ++i)
    picture.data()[i] = static_cast<std::uint8_t>(random.next_u32());
  put_image(path, picture);
}

void settle_folders(const std::filesystem::path& root) {
  const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_directory()) std::filesystem::last_write_time(entry.path(), hour_ago);
  }
  std::filesystem::last_write_time(root, hour_ago);
}

std::vector<std::string> paths_of(const Dataset& dataset) {
  std::vector<std::string> paths;
  for (std::int64_t i = 0; i < dataset.size(); ++i) paths.emplace_back(dataset.sample(i).path);
  return paths;
}

std::vector<std::int64_t> labels_of(const Dataset& dataset) {
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < dataset.size(); ++i) labels.push_back(dataset.sample(i).label);
  return labels;
}

base::Result<std::unique_ptr<const Dataset>> open(const std::filesystem::path& path, std::string kind,
                                                  std::string split) {
  DataOptions options;
  options.path = path.string();
  options.kind = std::move(kind);
  options.split = std::move(split);
  return open_dataset(options, IndexCache{});
}

}  // namespace ibot::data::test
