// SPDX-License-Identifier: GPL-3.0-or-later
// A file system that really is full, where the system allows a test to mount one.
#include "fixture.h"

#include <ibot/test/small_disk.h>

#include <gtest/gtest.h>

namespace ibot::record {
namespace {

TEST(FullDisk, EndsInWordsAndLosesNothing) {
  const test::TempDir dir;
  const test::SmallDisk disk(dir / "disk", "1m");
  if (disk.path().empty()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  const auto workspace = Workspace::create(disk.path() / "workspace").value();
  Store store = Store::open(workspace).value();
  store.create_run(small_run("r")).value();
  store.claim_run("r").value();
  std::int64_t written = 0;
  base::Status status;
  while (status && written < 100'000) {
    RunUpdate update;
    for (std::int64_t step = written; step < written + 100; ++step)
      update.metrics.push_back({"loss", step, 1.0, step});
    status = store.write("r", update);
    if (status) written += 100;
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::OutOfSpace) << status.error().to_text();
  EXPECT_GT(written, 0);
  Reader reader = Reader::open(workspace).value();
  EXPECT_EQ(static_cast<std::int64_t>(reader.curve("r", "loss").value().size()), written);
}

}  // namespace
}  // namespace ibot::record
