// SPDX-License-Identifier: GPL-3.0-or-later
// Real trainings with a fault sown in: each sentence about collapse appears for its fault and for no other.
#include "small_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The CLS term with other options, and the patch term.
std::string losses(const std::string& cls) {
  return "losses=[{plugin: ibot_cls, warmup_teacher_temp_epochs: 0, " + cls +
         "}, {plugin: ibot_patch, warmup_teacher_temp_epochs: 0}]";
}

std::vector<std::string> complaints_of(std::vector<std::string> faults) {
  SmallRuns runs;
  std::vector<std::string> overrides = {"train.epochs=40",           "probes.every_steps=4",
                                        "probes.pictures=0",         "optimizer.warmup_epochs=0",
                                        "optimizer.lr=0.05",         "checkpoints.every_epochs=0",
                                        "train.teacher_momentum=0.9"};
  overrides.insert(overrides.end(), faults.begin(), faults.end());
  MemorySink sink;
  const auto outcome = runs.train(runs.plan(overrides), {.folder = runs / "run", .observers = true}, sink);
  EXPECT_TRUE(outcome) << outcome.error().to_text();
  for (const auto& [name, values] : sink.metrics) {
    if (name.starts_with("health/") || name == "acc" || name == "cls")
      ::testing::Test::RecordProperty(name, std::to_string(values.rbegin()->second));
  }
  return sink.complaints;
}

TEST(Health, SaysNothingOfARunThatLearns) {
  EXPECT_THAT(complaints_of({}), IsEmpty());
}

TEST(Health, NamesUniformOutputs) {
  // So warm a teacher prefers nothing.
  EXPECT_THAT(complaints_of({losses("warmup_teacher_temp: 50, teacher_temp: 50"), "optimizer.lr=0.2"}),
              ElementsAre(HasSubstr("the outputs are uniform")));
}

TEST(Health, NamesOnePrototypeForEverything) {
  // A centre that never moves holds nobody back from the first winner.
  EXPECT_THAT(complaints_of({losses("warmup_teacher_temp: 0.01, teacher_temp: 0.01, center_momentum: 1"),
                             "optimizer.lr=0.1"}),
              ElementsAre(HasSubstr("one prototype wins")));
}

TEST(Health, NamesOnePointForAllPictures) {
  // Decay that leaves nothing of the weights.
  EXPECT_THAT(complaints_of({"optimizer.weight_decay=300", "optimizer.weight_decay_end=300"}),
              ElementsAre(HasSubstr("the same CLS token")));
}

}  // namespace
}  // namespace ibot::test
