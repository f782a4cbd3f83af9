// SPDX-License-Identifier: GPL-3.0-or-later
// A run that was stopped and goes on makes the same steps, bit for bit, and nothing that only watches or
// feeds a run changes it.
#include "small_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::test {
namespace {

constexpr std::int64_t kSteps = 12;
constexpr const char* kLearning[] = {"loss", "cls", "patch", "gradient_norm", "lr"};

void expect_same_course(const MemorySink& actual, const MemorySink& expected) {
  for (const char* name : kLearning) {
    const auto a = actual.metrics.find(name);
    const auto b = expected.metrics.find(name);
    ASSERT_NE(a, actual.metrics.end()) << name;
    ASSERT_NE(b, expected.metrics.end()) << name;
    ASSERT_EQ(a->second.size(), b->second.size()) << name;
    for (const auto& [step, value] : b->second) {
      ASSERT_TRUE(a->second.contains(step)) << name << " of step " << step;
      EXPECT_TRUE(same_bits(a->second.at(step), value))
          << name << " of step " << step << ": " << a->second.at(step) << " instead of " << value;
    }
  }
}

class Resume : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(Resume, GoesOnBitForBitAfterEveryStop) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan(GetParam());
  MemorySink whole;
  const auto straight = runs.train(plan, {.folder = runs / "whole"}, whole);
  ASSERT_TRUE(straight) << straight.error().to_text();
  ASSERT_EQ(*straight, train::Outcome::Completed);
  const std::int64_t end = whole.metrics.at("loss").rbegin()->first;

  MemorySink pieces;
  std::optional<std::int64_t> at;
  for (const std::int64_t stop : {std::int64_t{1}, end / 3, end / 3 + 1, end - 1}) {
    const auto stopped =
        runs.train(plan, {.folder = runs / "pieces", .stop_after = stop, .resume_after = at}, pieces);
    ASSERT_TRUE(stopped) << stopped.error().to_text();
    ASSERT_EQ(*stopped, train::Outcome::Stopped);
    at = stop;
  }
  const auto last = runs.train(plan, {.folder = runs / "pieces", .resume_after = at}, pieces);
  ASSERT_TRUE(last) << last.error().to_text();
  EXPECT_EQ(*last, train::Outcome::Completed);
  expect_same_course(pieces, whole);
  expect_same_tensors(checkpoint_path(runs / "pieces", end), checkpoint_path(runs / "whole", end));
}

INSTANTIATE_TEST_SUITE_P(Recipes, Resume,
                         ::testing::Values(std::vector<std::string>{"train.precision=fp32"},
                                           std::vector<std::string>{"train.precision=bf16"},
                                           std::vector<std::string>{"train.batch=2", "train.accumulate=2"},
                                           std::vector<std::string>{"train.replicas=2", "train.threads=2"},
                                           std::vector<std::string>{"optimizer.kind=sgd"},
                                           std::vector<std::string>{"head.norm=bn"}));

TEST(Course, ReplicasMakeTheSameSteps) {
  SmallRuns runs;
  MemorySink one, two;
  for (auto& [replicas, sink] : {std::pair<const char*, MemorySink&>{"1", one}, {"2", two}}) {
    const auto plan =
        runs.plan({"train.precision=fp64", "train.threads=2", std::string("train.replicas=") + replicas,
                   "losses=[{plugin: ibot_cls, warmup_teacher_temp_epochs: 1}, {plugin: ibot_patch, "
                   "warmup_teacher_temp_epochs: 1}, {plugin: koleo, weight: 0.1}]"});
    ASSERT_TRUE(runs.train(plan, {.folder = runs / replicas}, sink));
  }
  for (const char* name : {"loss", "cls", "patch", "koleo", "gradient_norm", "teacher_entropy"}) {
    const auto& expected = one.metrics.at(name);
    const auto& actual = two.metrics.at(name);
    ASSERT_EQ(actual.size(), static_cast<std::size_t>(kSteps)) << name;
    for (const auto& [step, value] : expected)
      EXPECT_NEAR(actual.at(step), value, 1e-9 * std::abs(value)) << name << " of step " << step;
  }
}

// What a schedule said is recorded with the step that followed it, to be laid over its curves.
TEST(Course, SchedulesAreRecordedStepByStep) {
  SmallRuns runs;
  MemorySink sink;
  const auto plan = runs.plan(
      {"losses=[{plugin: ibot_cls, warmup_teacher_temp: 0.02, teacher_temp: 0.05, "
       "warmup_teacher_temp_epochs: 3}, {plugin: ibot_patch, warmup_teacher_temp: 0.03, teacher_temp: 0.07, "
       "warmup_teacher_temp_epochs: 2}]"});
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "run"}, sink));
  // Evenly from the first to the last epoch of the warm-up; four epochs of three steps.
  const std::vector<double> cls = {0.02, 0.035, 0.05, 0.05};
  const std::vector<double> patch = {0.03, 0.07, 0.07, 0.07};
  for (const auto& [name, epochs] :
       {std::pair{"teacher_temp", cls}, std::pair{"patch_teacher_temp", patch}}) {
    const auto& values = sink.metrics.at(name);
    ASSERT_EQ(values.size(), static_cast<std::size_t>(kSteps)) << name;
    std::size_t step = 0;
    for (const auto& [number, value] : values)
      EXPECT_NEAR(value, epochs[step++ / (static_cast<std::size_t>(kSteps) / epochs.size())], 1e-12)
          << name << " of step " << number;
  }
  for (const char* name : {"lr", "weight_decay", "teacher_momentum"})
    EXPECT_EQ(sink.metrics.at(name).size(), static_cast<std::size_t>(kSteps)) << name;
}

// Rounds of one picture, so that in some of them no patch is masked: what the others measured stays with its
// name.
TEST(Course, AccumulatedRoundsMayMeasureDifferentThings) {
  SmallRuns runs;
  MemorySink sink;
  const auto plan =
      runs.plan({"train.batch=1", "train.accumulate=4", "train.precision=fp64",
                 "losses=[{plugin: ibot_cls, warmup_teacher_temp_epochs: 1}, {plugin: ibot_patch, "
                 "warmup_teacher_temp: 0.05, teacher_temp: 0.05, warmup_teacher_temp_epochs: 1}]"});
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "run"}, sink));
  ASSERT_EQ(sink.metrics.at("loss").size(), static_cast<std::size_t>(kSteps));
  for (const auto& [step, loss] : sink.metrics.at("loss")) {
    EXPECT_NEAR(sink.metrics.at("cls").at(step) + sink.metrics.at("patch").at(step), loss, 1e-9) << step;
    EXPECT_NEAR(sink.metrics.at("patch_teacher_temp").at(step), 0.05, 1e-12) << step;
  }
  for (const auto& [step, entropy] : sink.metrics.at("patch_teacher_entropy"))
    EXPECT_LE(entropy, std::log(64) + 1e-9) << step;
}

TEST(Course, ReplicasAreRefusedWhereTheyWouldChangeTheMathematics) {
  SmallRuns runs;
  MemorySink sink;
  const auto outcome =
      runs.train(runs.plan({"head.norm=bn", "train.replicas=2"}), {.folder = runs / "bn"}, sink);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().to_text(), ::testing::HasSubstr("statistics over the whole batch"));
}

TEST(Course, DoesNotDependOnTheNumberOfWorkers) {
  SmallRuns runs;
  MemorySink first;
  ASSERT_TRUE(runs.train(runs.plan({"data.workers=1"}), {.folder = runs / "1"}, first));
  for (const char* workers : {"2", "5"}) {
    MemorySink other;
    ASSERT_TRUE(
        runs.train(runs.plan({std::string("data.workers=") + workers}), {.folder = runs / workers}, other));
    expect_same_course(other, first);
    expect_same_tensors(checkpoint_path(runs / workers, kSteps), checkpoint_path(runs / "1", kSteps));
  }
}

TEST(Course, IsNotChangedByThoseWhoWatch) {
  SmallRuns runs;
  const cli::PreparedPlan plan =
      runs.plan({"probes.every_steps=2", "probes.pictures=2"},
                "\nevaluators:\n  - plugin: knn\n    every_epochs: 1\n    k: [5]\n");
  MemorySink alone, watched;
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "alone"}, alone));
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "watched", .observers = true}, watched));
  EXPECT_TRUE(alone.values.empty());
  EXPECT_THAT(watched.complaints, ::testing::IsEmpty());
  EXPECT_GE(watched.values.size(), 4U);
  ASSERT_EQ(watched.pictures.size(), 2U);
  // Before the first step, every second one and at the end; attention, components, clusters and prototypes.
  EXPECT_EQ(watched.blobs.size(), std::size_t{(1 + kSteps / 2) * 2 * 4});
  expect_same_course(watched, alone);
  expect_same_tensors(checkpoint_path(runs / "watched", kSteps), checkpoint_path(runs / "alone", kSteps));
}

TEST(Course, KeepsTheNewestCheckpointsAlone) {
  SmallRuns runs;
  MemorySink sink;
  ASSERT_TRUE(runs.train(runs.plan({}), {.folder = runs / "run"}, sink));
  EXPECT_EQ(sink.removed_steps, (std::vector<std::int64_t>{3, 6}));
  for (const std::int64_t step : {3, 6, 9, 12}) {
    EXPECT_EQ(std::filesystem::exists(checkpoint_path(runs / "run", step)), step > 6) << step;
  }
}

}  // namespace
}  // namespace ibot::test
