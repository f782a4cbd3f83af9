// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/compare/study_names.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::compare {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class StudyNames : public testing::Test {
 protected:
  StudyNames() {
    f.add_masks();
    auto reader = f.reader();
    runs = read_runs(reader, f.runs()).value();
    groups = group_replicates(runs);
    study.name = "masks";
    for (const RunData& data : runs) {
      const std::string& id = data.run.id;
      study.runs.push_back({id, {{"hidden", id.substr(0, id.find('-'))}}});
    }
  }

  test::StudyFixture f;
  std::vector<RunData> runs;
  std::vector<Replicates> groups;
  record::Study study;
};

TEST_F(StudyNames, GroupsAreCalledByLevels) {
  ASSERT_TRUE(name_by_levels(study, runs, groups));
  EXPECT_EQ(groups[0].name, "hidden=none");
  EXPECT_THAT(groups[0].levels, Contains(Pair("hidden", "none")));
  EXPECT_THAT(groups[0].levels, Contains(Pair("mask.plugin", "none"))) << "those of the plan stay";
}

TEST_F(StudyNames, VariantsAreFoundByTheNamesThatTablesShow) {
  const auto ids = [&](const char* name) {
    std::vector<std::string> all;
    for (const std::size_t i : runs_called(name, std::vector{study}, runs)) all.push_back(runs[i].run.id);
    return all;
  };
  EXPECT_THAT(ids("mask=none"), ElementsAre("none-0", "none-1", "none-2")) << "by the plan's mask.plugin";
  EXPECT_THAT(ids("mask.plugin=block seed=1"), ElementsAre("block-1"));
  EXPECT_THAT(ids("hidden=random"), ElementsAre("random-0", "random-1", "random-2"))
      << "by the study's factor";
  EXPECT_THAT(ids("mask=block ratio=[0, 0.3]"), ElementsAre("block-0", "block-1", "block-2"));
  for (const char* nobody : {"mask=bloc", "mask=none hidden=block", "none", "", "=none", "a b"})
    EXPECT_THAT(ids(nobody), IsEmpty()) << nobody;
  EXPECT_THAT(factors_of(study), ElementsAre("hidden"));
}

TEST_F(StudyNames, NothingIsDoneWhereNamesWouldNotTellThemApart) {
  const auto before = groups;
  const auto refused = [&](const record::Study& other) {
    EXPECT_FALSE(name_by_levels(other, runs, groups));
    EXPECT_EQ(groups[0].name, before[0].name);
    EXPECT_EQ(groups[2].levels, before[2].levels);
  };
  record::Study other = study;
  for (record::StudyRun& run : other.runs) run.levels = {{"hidden", "same"}};
  refused(other);
  other = study;
  other.runs[1].levels = {{"hidden", "of another group"}};
  refused(other);
  other = study;
  other.runs.pop_back();
  refused(other);
  for (record::StudyRun& run : other.runs) run.levels.clear();
  refused(other);
}

TEST_F(StudyNames, TheStudyIsTheSmallestThatHoldsAll) {
  record::Study large = study;
  large.name = "all";
  large.runs.push_back({"another", {}});
  record::Study part = study;
  part.runs.pop_back();
  EXPECT_EQ(study_of(std::vector{part, large, study}, runs)->name, "masks");
  EXPECT_EQ(study_of(std::vector{part}, runs), nullptr);
  EXPECT_EQ(study_of(std::vector{study}, {}), nullptr);
  record::Study newer = study;
  newer.name = "newer";
  newer.changed = study.changed + 1;
  EXPECT_EQ(study_of(std::vector{study, newer}, runs)->name, "newer");
  EXPECT_EQ(study_of(std::vector{newer, study}, runs)->name, "newer");
}

}  // namespace
}  // namespace ibot::compare
