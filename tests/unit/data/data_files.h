// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/log.h>
#include <ibot/data/dataset.h>
#include <ibot/data/open.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::data::test {

/// No log lines while it lives: tests with bad pictures make many.
struct QuietLog {
  QuietLog() {
    base::set_log_sink([](base::LogLevel, std::string_view) {});
  }
  ~QuietLog() { base::set_log_sink({}); }
};

/// Writes a small file, with its folders.
void put_file(const std::filesystem::path& path, std::string_view contents = "not decoded in this test");

/// Writes a PNG of one colour.
void put_picture(const std::filesystem::path& path, int width, int height,
                 std::array<std::uint8_t, 3> colour);

/// Writes a PNG of noise that differs from seed to seed.
void put_noise(const std::filesystem::path& path, int width, int height, std::uint64_t seed);

/// Gives every folder below (and the root) a modification time of an hour ago, so that a scan counts as
/// settled.
void settle_folders(const std::filesystem::path& root);

std::vector<std::string> paths_of(const Dataset& dataset);
std::vector<std::int64_t> labels_of(const Dataset& dataset);

/// Opens without a cache.
base::Result<std::unique_ptr<const Dataset>> open(const std::filesystem::path& path,
                                                  std::string kind = "auto", std::string split = "");

}  // namespace ibot::data::test
