// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/base/clock.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Store, RunReadsBack) {
  RecordFixture f;
  NewRun planned = small_run("parent", 500);
  planned.hashed_texts.environment = "torch 2.11.0";
  ASSERT_TRUE(f.store.create_run(planned));
  NewRun child = small_run("child");
  child.parent = Lineage{"parent", 250};
  ASSERT_TRUE(f.store.create_run(child));

  Reader reader = f.reader();
  const auto run = reader.run("parent").value();
  EXPECT_EQ(run.name, "run parent");
  EXPECT_EQ(run.state, State::Created);
  EXPECT_EQ(run.hashes, planned.hashes);
  EXPECT_EQ(run.planned_steps, 500);
  EXPECT_FALSE(run.started);
  EXPECT_EQ(reader.run("child").value().parent, (Lineage{"parent", 250}));
  EXPECT_THAT(reader.children("parent").value(), ElementsAre("child"));
  EXPECT_EQ(reader.hashed_texts("parent").value().environment, "torch 2.11.0");
  const auto plan = reader.plan("parent").value();
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0].to_step, 500);
  EXPECT_EQ(plan[0].plan_json, planned.plan_json);
}

TEST(Store, RefusesBadRunsInWords) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("first")));
  EXPECT_EQ(f.store.create_run(small_run("first")).error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(f.store.create_run(small_run("../first")).error().code, ErrorCode::InvalidArgument);
  NewRun orphan = small_run("orphan");
  orphan.parent = Lineage{"frist", 1};
  const auto error = f.store.create_run(orphan).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.hint, HasSubstr("first"));
  NewRun broken = small_run("broken");
  broken.plan_json = "{";
  EXPECT_THAT(f.store.create_run(broken).error().message, HasSubstr("not JSON"));
  EXPECT_EQ(f.reader().runs().value().size(), 1U);
}

TEST(Store, RunGoesThroughItsStates) {
  RecordFixture f;
  f.start("r");
  for (const State state : {State::Paused, State::Running, State::Finishing}) {
    ASSERT_TRUE(f.store.set_state("r", state)) << to_string(state);
  }
  ASSERT_TRUE(f.store.set_state("r", State::Completed, {"planned end", ""}));
  auto run = f.reader().run("r").value();
  EXPECT_EQ(run.state, State::Completed);
  EXPECT_EQ(run.exit_reason, "planned end");
  EXPECT_TRUE(run.started);
  EXPECT_TRUE(run.ended);

  const auto refused = f.store.set_state("r", State::Paused).error();
  EXPECT_EQ(refused.code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.message, HasSubstr("from completed to paused"));

  // Extending is legal, and forgets the end.
  PlanSegment segment;
  segment.to_step = 1500;
  segment.plan_json = "{}";
  segment.hash = "h2";
  ASSERT_TRUE(f.store.extend_plan("r", segment));
  ASSERT_TRUE(f.store.set_state("r", State::Running));
  run = f.reader().run("r").value();
  EXPECT_FALSE(run.ended);
  EXPECT_EQ(run.planned_steps, 1500);
  const auto plan = f.reader().plan("r").value();
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[1].segment, 1);
  EXPECT_EQ(plan[1].from_step, 1000);
  segment.to_step = 1500;
  EXPECT_EQ(f.store.extend_plan("r", segment).error().code, ErrorCode::InvalidArgument);
}

TEST(Store, LivingTrainerCannotBeReplaced) {
  RecordFixture f;
  f.start("r");
  const auto error = f.store.claim_run("r").error();
  EXPECT_EQ(error.code, ErrorCode::Busy);
  EXPECT_THAT(error.message, HasSubstr("running"));
}

TEST(Store, DeadTrainerIsReplacedAndWrittenDown) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ProcessIdentity dead = current_process();
  dead.start_mark += "0";
  ASSERT_TRUE(f.store.claim_run("r", dead));
  ASSERT_TRUE(f.store.set_state("r", State::Running));
  EXPECT_EQ(f.reader().run("r").value().state, State::Running);  // a reader does not rewrite it

  Store second = Store::open(f.workspace).value();
  ASSERT_TRUE(second.claim_run("r"));
  const auto run = f.reader().run("r").value();
  EXPECT_EQ(run.state, State::Preparing);
  EXPECT_EQ(run.process, current_process());
  const auto events = f.reader().events("r").value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, "died");

  // The one that was taken for dead finds out with its next write.
  const auto error = f.store.write("r", {}).error();
  EXPECT_EQ(error.code, ErrorCode::Cancelled);
  EXPECT_THAT(error.message, HasSubstr("taken over"));
}

TEST(Store, TagsNotesAndNames) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("r")));
  ASSERT_TRUE(f.store.add_tag("r", " good "));
  ASSERT_TRUE(f.store.add_tag("r", "good"));
  ASSERT_TRUE(f.store.add_tag("r", "ablation"));
  ASSERT_TRUE(f.store.add_note("r", "look at the patch loss", 120));
  ASSERT_TRUE(f.store.rename_run("r", "new name"));
  EXPECT_EQ(f.store.add_tag("r", "  ").error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(f.store.add_tag("none", "x").error().code, ErrorCode::NotFound);

  Reader reader = f.reader();
  EXPECT_THAT(reader.run("r").value().tags, ElementsAre("ablation", "good"));
  EXPECT_EQ(reader.run("r").value().name, "new name");
  EXPECT_EQ(reader.notes("r").value().at(0).step, 120);
  RunQuery tagged;
  tagged.tag = "good";
  EXPECT_EQ(reader.runs(tagged).value().size(), 1U);
  ASSERT_TRUE(f.store.remove_tag("r", "good"));
  EXPECT_TRUE(reader.runs(tagged).value().empty());
}

TEST(Store, CheckpointsAreKeptWithTheirState) {
  RecordFixture f;
  f.start("r");
  Checkpoint checkpoint;
  checkpoint.step = 100;
  checkpoint.path = "checkpoints/step-100";
  checkpoint.size = 1234;
  checkpoint.sha256 = "ab";
  checkpoint.reason = "every 100";
  ASSERT_TRUE(f.store.add_checkpoint("r", checkpoint));
  ASSERT_TRUE(f.store.add_checkpoint("r", checkpoint));  // a resumed run writes it again
  checkpoint.kind = CheckpointKind::TeacherSnapshot;
  checkpoint.path = "snapshots/step-100";
  ASSERT_TRUE(f.store.add_checkpoint("r", checkpoint));
  ASSERT_TRUE(f.store.set_checkpoint_state("r", 100, CheckpointKind::Full, CheckpointState::Removing));
  EXPECT_EQ(f.store.set_checkpoint_state("r", 7, CheckpointKind::Full, CheckpointState::Removed).error().code,
            ErrorCode::NotFound);
  checkpoint.path = "../../escape";
  EXPECT_EQ(f.store.add_checkpoint("r", checkpoint).error().code, ErrorCode::InvalidArgument);

  const auto found = f.reader().checkpoints("r").value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].state, CheckpointState::Removing);
  EXPECT_EQ(found[1].kind, CheckpointKind::TeacherSnapshot);
  EXPECT_EQ(found[1].state, CheckpointState::Present);
}

TEST(Store, ProbesAndSnapshots) {
  RecordFixture f;
  f.start("r");
  ProbeSnapshot snapshot{10, "pca", "cat", "{}", {std::byte{1}, std::byte{2}}, 5};
  EXPECT_EQ(f.store.add_probe_snapshots("r", {{snapshot}}).error().code, ErrorCode::NotFound);
  ASSERT_TRUE(f.store.add_probe("r", {"cat", 0, "val/cat.jpg", {std::byte{9}}}));
  ASSERT_TRUE(f.store.add_probe_snapshots("r", {{snapshot}}));
  snapshot.step = 20;
  snapshot.data = {};
  ASSERT_TRUE(f.store.add_probe_snapshots("r", {{snapshot}}));

  Reader reader = f.reader();
  EXPECT_THAT(reader.probe_steps("r", "pca", "cat").value(), ElementsAre(10, 20));
  EXPECT_EQ(reader.probe_snapshot("r", "pca", "cat", 19).value().data.size(), 2U);
  EXPECT_EQ(reader.probe_snapshot("r", "pca", "cat").value().step, 20);
  EXPECT_EQ(reader.probe_snapshot("r", "pca", "cat", 9).error().code, ErrorCode::NotFound);
  EXPECT_EQ(reader.probes("r").value().at(0).image_file.size(), 1U);
  EXPECT_TRUE(reader.probes("r", false).value().at(0).image_file.empty());
}

TEST(Store, EvaluationsReplaceOnlyThoseOfEqualSettings) {
  RecordFixture f;
  f.start("r");
  Evaluation evaluation{100, "knn", "teacher", "top1", 0.40, R"({"k":20})", 1};
  ASSERT_TRUE(f.store.add_evaluations("r", {{evaluation}}));
  evaluation.value = 0.41;
  ASSERT_TRUE(f.store.add_evaluations("r", {{evaluation}}));
  evaluation.settings_json = R"({"k":10})";
  ASSERT_TRUE(f.store.add_evaluations("r", {{evaluation}}));
  const auto found = f.reader().evaluations("r").value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].value, 0.41);
  EXPECT_EQ(found[1].settings_json, R"({"k":20})");
}

TEST(Store, LogKeepsItsLastLines) {
  RecordFixture f;
  f.start("r");
  RunUpdate update;
  for (int i = 1; i <= 150; ++i) update.log_lines.push_back("line " + std::to_string(i));
  ASSERT_TRUE(f.store.write("r", update));
  ASSERT_TRUE(f.store.write("r", update));
  const auto lines = f.reader().log_tail("r").value();
  ASSERT_EQ(lines.size(), 200U);
  EXPECT_EQ(lines.front(), "line 101");
  EXPECT_EQ(lines.back(), "line 150");
}

TEST(Reader, FollowsChanges) {
  RecordFixture f;
  f.start("a");
  f.start("b");
  Reader reader = f.reader();
  const auto before = reader.change_counter().value();
  EXPECT_EQ(reader.change_counter().value(), before);
  const auto all = reader.runs().value();
  ASSERT_EQ(all.size(), 2U);
  RunUpdate update;
  update.step = 7;
  ASSERT_TRUE(f.store.write("a", update));
  EXPECT_NE(reader.change_counter().value(), before);
  RunQuery news;
  news.changed_since = std::max(all[0].changed, all[1].changed);
  const auto changed = reader.runs(news).value();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].id, "a");
  EXPECT_EQ(changed[0].step, 7);
}

TEST(Reader, FindsARunByWhatPeopleType) {
  RecordFixture f;
  ASSERT_TRUE(f.store.create_run(small_run("20260101-120000-aaaaaa")));
  ASSERT_TRUE(f.store.create_run(small_run("20260101-130000-bbbbbb")));
  ASSERT_TRUE(f.store.rename_run("20260101-130000-bbbbbb", "baseline"));
  Reader reader = f.reader();
  EXPECT_EQ(reader.find_run("bbbb").value(), "20260101-130000-bbbbbb");
  EXPECT_EQ(reader.find_run("baseline").value(), "20260101-130000-bbbbbb");
  EXPECT_EQ(reader.find_run("20260101-12").value(), "20260101-120000-aaaaaa");
  EXPECT_EQ(reader.find_run("20260101").error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(reader.find_run("").error().code, ErrorCode::NotFound);
  EXPECT_THAT(reader.find_run("basline").error().hint, HasSubstr("baseline"));
}

}  // namespace
}  // namespace ibot::record
