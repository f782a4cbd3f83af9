// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>

namespace ibot::record {
namespace {

// Records in memory, where there is such a folder: thousands are made here, and a busy disk takes its time to
// sync.
class InMemory : public testing::Environment {
 public:
  void SetUp() override {
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
  }
};

const testing::Environment* const kInMemory = testing::AddGlobalTestEnvironment(new InMemory);

}  // namespace

std::string integrity_of(const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  std::string found;
  sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  const auto collect = [](void* text, int, char** columns, char**) {
    *static_cast<std::string*>(text) += columns[0];
    return 0;
  };
  char* message = nullptr;
  sqlite3_exec(handle, "PRAGMA integrity_check; PRAGMA foreign_key_check", collect, &found, &message);
  if (message != nullptr) found += message;
  sqlite3_free(message);
  sqlite3_close(handle);
  return found;
}

}  // namespace ibot::record
