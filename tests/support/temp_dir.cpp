// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace ibot::test {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ibot-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create a temporary folder");
  path_ = pattern;
}

TempDir::~TempDir() {
  if (::testing::Test::HasFailure()) {
    std::cerr << "kept for inspection: " << path_ << '\n';
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path source_dir() {
  return IBOT_SOURCE_DIR;
}

std::filesystem::path shared_dir() {
  if (const char* given = std::getenv("IBOT_SHARED_DIR")) return given;
  const std::filesystem::path beside = std::filesystem::path(IBOT_SOURCE_DIR).parent_path() / "shared";
  return std::filesystem::exists(beside) ? beside : std::filesystem::path();
}

}  // namespace ibot::test
