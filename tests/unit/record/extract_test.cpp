// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/base/file.h>
#include <ibot/record/extract.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace ibot::record {
namespace {

namespace fs = std::filesystem;

// Two runs; "kept" has 1,000 steps of a curve, three looks at a probe and two snapshots.
class Extract : public ::testing::Test, protected RecordFixture {
 protected:
  void SetUp() override {
    for (const char* id : {"kept", "other"}) {
      start(id);
      RunUpdate update;
      for (std::int64_t step = 1; step <= 1000; ++step)
        update.metrics.push_back(
            {.name = "loss", .step = step, .value = 1.0 / static_cast<double>(step), .time = step});
      update.metrics.push_back({.name = "knn/top1", .step = 7, .value = 50, .time = 7});
      ASSERT_TRUE(store.write(id, update));
    }
    ASSERT_TRUE(store.add_probe("kept", {.image = "a", .position = 0, .source = "a.jpg", .image_file = {}}));
    for (const std::int64_t step : {0, 10, 20, 30}) {
      const ProbeSnapshot look{
          .step = step, .kind = "pca", .image = "a", .meta_json = "{}", .data = {std::byte{1}}, .time = 1};
      ASSERT_TRUE(store.add_probe_snapshots("kept", std::span(&look, 1)));
    }
    ASSERT_TRUE(workspace.create_run_folders("kept"));
    for (const std::int64_t step : {10, 1000}) add_file(step, CheckpointKind::TeacherSnapshot, "snapshots/");
    add_file(1000, CheckpointKind::Full, "checkpoints/");
    ASSERT_TRUE(store.set_state("kept", State::Finishing));
    ASSERT_TRUE(store.set_state("kept", State::Completed));
  }

  void add_file(std::int64_t step, CheckpointKind kind, const std::string& below) {
    const std::string path = below + std::to_string(step);
    std::ofstream(workspace.run_folder("kept") / path) << "weights of " << step;
    ASSERT_TRUE(store.add_checkpoint("kept", {.step = step,
                                              .kind = kind,
                                              .path = path,
                                              .size = 10,
                                              .sha256 = "s",
                                              .reason = "r",
                                              .state = CheckpointState::Present,
                                              .created = 1}));
  }
  fs::path target() const { return dir / "target"; }
};

TEST_F(Extract, TakesOneRunAlongThinnedOut) {
  const auto report = extract_run(workspace, "kept", target(), {.points = 100, .probe_moments = 3});
  ASSERT_TRUE(report) << report.error().to_text();
  EXPECT_GT(report->bytes, 0U);
  EXPECT_EQ(integrity_of(target() / "record.sqlite"), "ok");
  EXPECT_FALSE(fs::exists(target() / "record.sqlite-wal"));

  auto copy = Reader::open(Workspace::open(target()).value()).value();
  const auto runs = copy.runs().value();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.front().id, "kept");
  EXPECT_EQ(runs.front().state, State::Completed);
  const auto curve = copy.curve("kept", "loss").value();
  EXPECT_GE(curve.size(), 100U);
  EXPECT_LE(curve.size(), 102U);
  EXPECT_EQ(curve.back().step, 1000);
  EXPECT_EQ(copy.curve("kept", "knn/top1").value().size(), 1U) << "rare values are kept whole";
  EXPECT_EQ(copy.probe_steps("kept", "pca", "a").value(), (std::vector<std::int64_t>{0, 10, 30}));
  const auto files = copy.checkpoints("kept").value();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().step, 1000);
  EXPECT_TRUE(fs::exists(target() / "runs/kept/snapshots/1000"));
  EXPECT_FALSE(fs::exists(target() / "runs/kept/checkpoints/1000"));
}

TEST_F(Extract, TakesTheNewestWeightsAndOthersSpreadOverTheRun) {
  for (const std::int64_t step : {20, 40, 80, 160})
    add_file(step, CheckpointKind::TeacherSnapshot, "snapshots/");
  const std::pair<std::int64_t, std::vector<std::int64_t>> cases[] = {
      {0, {}}, {1, {1000}}, {2, {10, 1000}}, {3, {10, 80, 1000}}, {9, {10, 20, 40, 80, 160, 1000}}};
  for (const auto& [count, expected] : cases) {
    const fs::path folder = dir / std::to_string(count);
    ASSERT_TRUE(extract_run(workspace, "kept", folder, {.snapshots = count}));
    auto copy = Reader::open(Workspace::open(folder).value()).value();
    const auto files = copy.checkpoints("kept").value();
    std::vector<std::int64_t> steps;
    for (const Checkpoint& file : files) {
      steps.push_back(file.step);
      EXPECT_TRUE(fs::exists(folder / "runs/kept" / file.path));
    }
    EXPECT_EQ(steps, expected) << count;
  }
}

TEST_F(Extract, NamesProbesBelowTheFolderTheyShare) {
  for (const char* image : {"b", "c"}) {
    ASSERT_TRUE(store.add_probe("other", {.image = image,
                                          .position = image[0] - 'b',
                                          .source = std::string("/srv/photos/train/") + image + "/1.jpg",
                                          .image_file = {}}));
  }
  ASSERT_TRUE(extract_run(workspace, "other", target()));
  const auto probes = Reader::open(Workspace::open(target()).value()).value().probes("other").value();
  ASSERT_EQ(probes.size(), 2U);
  EXPECT_EQ(probes[0].source, "b/1.jpg");
  EXPECT_EQ(probes[1].source, "c/1.jpg");
  EXPECT_EQ(reader().probes("other").value().front().source, "/srv/photos/train/b/1.jpg");
}

TEST_F(Extract, LeavesTheSourceAsItWas) {
  ASSERT_TRUE(extract_run(workspace, "kept", target()));
  auto source = reader();
  EXPECT_EQ(source.runs().value().size(), 2U);
  EXPECT_EQ(source.curve("kept", "loss").value().size(), 1000U);
}

TEST_F(Extract, IsReadWhereNothingCanBeWritten) {
  ASSERT_TRUE(extract_run(workspace, "kept", target()));
  fs::permissions(target() / "record.sqlite", fs::perms::owner_read);
  fs::permissions(target(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto copy = Reader::open(Workspace::open(target()).value());
  EXPECT_TRUE(copy) << copy.error().to_text();
  fs::permissions(target(), fs::perms::owner_all);
}

TEST_F(Extract, RefusesAFolderWithSomethingInIt) {
  fs::create_directories(target());
  std::ofstream(target() / "mine") << "precious";
  EXPECT_EQ(extract_run(workspace, "kept", target()).error().code, base::ErrorCode::AlreadyExists);
  EXPECT_TRUE(fs::exists(target() / "mine"));
}

TEST_F(Extract, LeavesNothingBehindAfterAnError) {
  EXPECT_EQ(extract_run(workspace, "unknown", target()).error().code, base::ErrorCode::NotFound);
  fs::remove(workspace.run_folder("kept") / "snapshots/1000");
  EXPECT_EQ(extract_run(workspace, "kept", target()).error().code, base::ErrorCode::NotFound);
  EXPECT_TRUE(!fs::exists(target()) || fs::is_empty(target()));
}

}  // namespace
}  // namespace ibot::record
