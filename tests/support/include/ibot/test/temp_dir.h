// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace ibot::test {

/// A folder of its own for one test; removed at the end unless the test failed.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The root of the source tree (fixtures, experiments).
std::filesystem::path source_dir();

/// The folder of development data beside the checkout (golden/, data/), or an empty path if there is none.
/// Environment variable IBOT_SHARED_DIR overrides.
std::filesystem::path shared_dir();

}  // namespace ibot::test

/// Skips the test, and says so, where the development data are absent.
#define IBOT_REQUIRE_SHARED(variable, relative)                                   \
  const std::filesystem::path variable = ::ibot::test::shared_dir() / (relative); \
  if (::ibot::test::shared_dir().empty() || !std::filesystem::exists(variable)) { \
    GTEST_SKIP() << "development data not found: shared/" << (relative);          \
  }                                                                               \
  static_assert(true)
