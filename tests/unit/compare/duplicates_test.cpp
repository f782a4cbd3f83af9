// SPDX-License-Identifier: GPL-3.0-or-later
#include "../plan/plugins.h"

#include <ibot/compare/duplicates.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::compare {
namespace {

using record::Hashes;
using testing::ElementsAre;
using testing::Field;

record::Run run_of(std::string id, Hashes hashes) {
  record::Run run;
  run.id = std::move(id);
  run.hashes = std::move(hashes);
  return run;
}

TEST(Duplicates, AreEqualInConfigurationAndDataAndTellBuildsAndSeedsApart) {
  const Hashes wanted{"config", "plugins", "data", "seed", "here"};
  std::vector<record::Run> runs = {run_of("same", wanted),
                                   run_of("elsewhere", {"config", "plugins", "data", "seed", "there"}),
                                   run_of("seed", {"config", "plugins", "data", "other", "here"}),
                                   run_of("config", {"other", "plugins", "data", "seed", "here"}),
                                   run_of("build", {"config", "other", "data", "seed", "here"}),
                                   run_of("build and seed", {"config", "other", "data", "other", "here"}),
                                   run_of("data", {"config", "plugins", "other", "seed", "here"}),
                                   run_of("branch", wanted),
                                   run_of("trash", wanted)};
  runs[7].parent = record::Lineage{"same", 10};
  runs[8].trashed = 1;
  const Duplicates found = find_duplicates(runs, wanted);
  EXPECT_THAT(found.same_seed,
              ElementsAre(Field(&record::Run::id, "same"), Field(&record::Run::id, "elsewhere")));
  EXPECT_THAT(found.other_builds, ElementsAre(Field(&record::Run::id, "build")));
  EXPECT_THAT(found.other_seeds, ElementsAre(Field(&record::Run::id, "seed")));
  EXPECT_FALSE(found.empty());
  EXPECT_TRUE(find_duplicates({}, wanted).empty());
}

TEST(Duplicates, OtherWeightsToStartFromAreAnotherConfiguration) {
  const plan::Plan plan = plan::test::plan_of("");
  const Hashes fresh = recorded_hashes(plan, "bytes");
  const Hashes started = recorded_hashes(plan, "bytes", "0123");
  EXPECT_EQ(fresh.config, plan.hashes().config) << "as records of earlier versions have it";
  EXPECT_NE(started.config, fresh.config);
  EXPECT_EQ(started.data, fresh.data);
  EXPECT_NE(recorded_hashes(plan, "other bytes").data, fresh.data);
  EXPECT_EQ(find_duplicates(std::vector{run_of("fresh", fresh)}, started).empty(), true);
}

}  // namespace
}  // namespace ibot::compare
