// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/duplicates.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

Run run_of(std::string id, Hashes hashes) {
  Run run;
  run.id = std::move(id);
  run.hashes = std::move(hashes);
  return run;
}

TEST(Duplicates, AreEqualInConfigurationPluginsAndData) {
  const Hashes wanted{"config", "plugins", "data", "seed", "here"};
  std::vector<record::Run> runs = {run_of("same", wanted),
                                   run_of("elsewhere", {"config", "plugins", "data", "seed", "there"}),
                                   run_of("seed", {"config", "plugins", "data", "other", "here"}),
                                   run_of("config", {"other", "plugins", "data", "seed", "here"}),
                                   run_of("plugins", {"config", "other", "data", "seed", "here"}),
                                   run_of("data", {"config", "plugins", "other", "seed", "here"}),
                                   run_of("branch", wanted)};
  runs.back().parent = Lineage{"same", 10};
  const Duplicates found = find_duplicates(runs, wanted);
  EXPECT_THAT(found.same_seed, testing::ElementsAre(testing::Field(&record::Run::id, "same"),
                                                    testing::Field(&record::Run::id, "elsewhere")));
  EXPECT_THAT(found.other_seeds, testing::ElementsAre(testing::Field(&record::Run::id, "seed")));
  EXPECT_FALSE(found.empty());
  EXPECT_TRUE(find_duplicates({}, wanted).empty());
}

}  // namespace
}  // namespace ibot::record
