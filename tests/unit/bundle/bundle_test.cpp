// SPDX-License-Identifier: GPL-3.0-or-later
#include "../compare/study_fixture.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/bundle/bundle.h>
#include <ibot/record/merge.h>
#include <ibot/record/study.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ibot::bundle {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class BundleTest : public testing::Test, public compare::test::StudyFixture {
 protected:
  void SetUp() override {
    add_masks();
    workspace.create_run_folders("none-0").value();
    base::write_file_atomically(workspace.run_folder("none-0") / "snapshots/step-100.safetensors",
                                std::string_view("weights"))
        .value();
    store
        .add_checkpoint("none-0", {.step = kSteps,
                                   .kind = record::CheckpointKind::TeacherSnapshot,
                                   .path = "snapshots/step-100.safetensors",
                                   .size = 7,
                                   .sha256 = base::sha256_hex("weights"),
                                   .reason = "last",
                                   .state = record::CheckpointState::Present,
                                   .created = 1})
        .value();
    store.add_note("none-1", "a note", 10).value();
    record::Study study;
    study.name = "masks";
    study.question = "Are blocks better?";
    study.metric = "knn/top1@teacher";
    study.baseline = "none-0";
    for (const record::Run& run : runs())
      study.runs.push_back({run.id, {{"mask", run.id.substr(0, run.id.size() - 2)}}});
    record::Studies::open(workspace).value().put(study).value();
    for (const record::Run& run : runs()) content.runs.push_back(run.id);
    content.title = "Masks";
    content.study = "masks";
    content.extra = {{"notes.md", "# Masks\n"}, {"plans/none-0.yaml", "name: x\n"}};
  }
  fs::path file() const { return dir / "masks.ibot"; }

  BundleContent content;
};

TEST_F(BundleTest, OpensOnAnEmptyWorkspaceWithAllThatWasRecorded) {
  const std::uint64_t size = create_bundle(workspace, content, file()).value();
  EXPECT_EQ(size, fs::file_size(file()));
  const auto opened = open_bundle(file(), dir / "opened");
  ASSERT_TRUE(opened) << opened.error().to_text();
  EXPECT_EQ(opened->manifest.title, "Masks");
  auto copy = record::Reader::open(opened->workspace).value();
  EXPECT_EQ(copy.runs().value().size(), 9U);
  EXPECT_EQ(copy.curve("block-2", "loss").value().size(), 10U);
  EXPECT_EQ(copy.evaluations("random-1").value().at(0).value, 45.1);
  EXPECT_EQ(copy.notes("none-1").value().at(0).text, "a note");
  const record::Study study = record::read_study(opened->workspace, "masks").value();
  EXPECT_EQ(study.runs.size(), 9U);
  EXPECT_EQ(study.runs[0].levels.at("mask"), "none");
  EXPECT_EQ(study.baseline, "none-0");
  EXPECT_EQ(base::read_text_file(dir / "opened/runs/none-0/snapshots/step-100.safetensors").value(),
            "weights");
  EXPECT_EQ(check_bundle(file()).value().files.size(), opened->manifest.files.size());
}

TEST_F(BundleTest, IsOnlyRead) {
  create_bundle(workspace, content, file()).value();
  const auto opened = open_bundle(file(), dir / "opened").value();
  const auto writer = record::Store::open(opened.workspace);
  ASSERT_FALSE(writer);
  EXPECT_THAT(writer.error().to_text(), HasSubstr("an opened bundle, which is only read"));
}

TEST_F(BundleTest, SaysHowFarItIsAndStopsWhenAsked) {
  create_bundle(workspace, content, file()).value();
  std::vector<std::uint64_t> done;
  std::uint64_t all = 0;
  const auto opened = open_bundle(file(), dir / "opened", {}, [&](std::uint64_t so_far, std::uint64_t total) {
    done.push_back(so_far);
    all = total;
    return true;
  });
  ASSERT_TRUE(opened) << opened.error().to_text();
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.front(), 0U);
  EXPECT_EQ(done.back(), all);
  const auto stopped = open_bundle(file(), dir / "stopped", {},
                                   [](std::uint64_t so_far, std::uint64_t) { return so_far == 0; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
  EXPECT_FALSE(fs::exists(dir / "stopped")) << "something was left behind";
}

TEST_F(BundleTest, RunsAreMergedOnceWithEverything) {
  create_bundle(workspace, content, file()).value();
  const record::Workspace other = record::Workspace::create(dir / "other").value();
  auto target = record::Store::open(other).value();
  record::NewRun own;
  own.id = "mine";
  own.name = "mine";
  own.plan_json = "{}";
  own.hashes = {"c", "p", "d", "s", "e"};
  target.create_run(own).value();
  {
    const auto opened = TemporaryBundle::open(file()).value();
    const auto report = record::merge_record(opened.workspace(), other);
    ASSERT_TRUE(report) << report.error().to_text();
    EXPECT_EQ(report->added.size(), 9U);
    EXPECT_THAT(report->studies, ElementsAre("masks"));
  }
  auto merged = record::Reader::open(other).value();
  EXPECT_EQ(merged.runs().value().size(), 10U);
  EXPECT_EQ(merged.curve("block-2", "loss").value().size(), 10U);
  EXPECT_EQ(merged.curve("block-2", "loss").value().back().value,
            reader().curve("block-2", "loss").value().back().value);
  EXPECT_EQ(merged.run("none-1").value().last_values.at(0).name, "loss");
  EXPECT_EQ(merged.notes("none-1").value().at(0).text, "a note");
  EXPECT_EQ(record::read_study(other, "masks").value().runs.size(), 9U);
  EXPECT_EQ(merged.checkpoints("none-0").value().at(0).path, "snapshots/step-100.safetensors");
  EXPECT_TRUE(fs::exists(other.run_folder("none-0") / "snapshots/step-100.safetensors"));
  EXPECT_GT(merged.run("block-2").value().colour, 0);

  const auto again = TemporaryBundle::open(file()).value();
  const auto second = record::merge_record(again.workspace(), other).value();
  EXPECT_TRUE(second.added.empty());
  EXPECT_EQ(second.known.size(), 9U);
}

TEST_F(BundleTest, MergingIsAllOrNothing) {
  create_bundle(workspace, content, file()).value();
  const auto opened = open_bundle(file(), dir / "opened").value();
  base::write_file_atomically(dir / "opened/runs/none-0/snapshots/step-100.safetensors",
                              std::string_view("others"))
      .value();
  const record::Workspace other = record::Workspace::create(dir / "other").value();
  auto target = record::Store::open(other).value();
  const auto report = record::merge_record(opened.workspace, other);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().to_text(), HasSubstr("is not what its record says"));
  EXPECT_TRUE(record::Reader::open(other).value().runs().value().empty());
  EXPECT_FALSE(fs::exists(other.run_folder("none-0")));
}

TEST_F(BundleTest, LeavesOtherRunsAndStudiesBehind) {
  record::Study secret;
  secret.name = "secret";
  secret.question = "unpublished";
  record::Studies::open(workspace).value().put(secret).value();
  content.runs = {"none-0"};
  create_bundle(workspace, content, file()).value();
  const auto opened = open_bundle(file(), dir / "opened").value();
  auto copy = record::Reader::open(opened.workspace).value();
  EXPECT_EQ(copy.runs().value().size(), 1U);
  EXPECT_EQ(record::read_studies(opened.workspace).value().size(), 1U);
  const std::string bytes = base::read_text_file(dir / "opened/record.sqlite").value();
  EXPECT_EQ(bytes.find("unpublished"), std::string::npos);
  EXPECT_EQ(bytes.find("block-2"), std::string::npos);
}

TEST_F(BundleTest, RefusesWhatNoBundleHolds) {
  for (const char* path :
       {"../x.yaml", "plans/../x.yaml", "plans/x.sh", "record.sqlite", "runs/a/b.safetensors", ".hidden"}) {
    content.extra = {{path, "x"}};
    EXPECT_FALSE(create_bundle(workspace, content, file())) << path;
  }
  content.extra.clear();
  content.runs = {"unknown"};
  EXPECT_EQ(create_bundle(workspace, content, file()).error().code, base::ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(file()));
  for (const auto& entry : fs::directory_iterator(dir.path()))
    EXPECT_EQ(entry.path().filename(), "workspace");
}

TEST_F(BundleTest, DoesNotOpenIntoAFolderWithSomethingInIt) {
  create_bundle(workspace, content, file()).value();
  EXPECT_EQ(open_bundle(file(), workspace.folder()).error().code, base::ErrorCode::AlreadyExists);
  EXPECT_EQ(open_bundle(dir / "none.ibot", dir / "opened").error().code, base::ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(dir / "opened"));
}

}  // namespace
}  // namespace ibot::bundle
