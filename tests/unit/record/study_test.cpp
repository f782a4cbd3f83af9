// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/record/study.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StudyTest : public testing::Test, protected RecordFixture {
 protected:
  void SetUp() override {
    for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(store.create_run(small_run(id)));
    study.name = "masks";
    study.question = "Blocks?";
    study.runs = {{"b", {{"mask", "block"}}}, {"a", {{"mask", "none"}, {"lr", "0.1"}}}};
  }
  Study stored() { return read_study(workspace, "masks").value(); }
  Study study;
  Studies studies = Studies::open(workspace).value();
};

TEST_F(StudyTest, IsReadBackInItsOrder) {
  study.notes = "two lines\nof notes";
  study.metric = "knn/top1";
  study.rule = "step:100";
  study.better = "higher";
  study.baseline = "a";
  ASSERT_TRUE(studies.put(study));
  const Study found = stored();
  EXPECT_EQ(found.question, "Blocks?");
  EXPECT_EQ(found.notes, study.notes);
  EXPECT_EQ(found.metric, "knn/top1");
  EXPECT_EQ(found.rule, "step:100");
  EXPECT_EQ(found.better, "higher");
  EXPECT_EQ(found.baseline, "a");
  EXPECT_EQ(found.runs, study.runs);
  EXPECT_GT(found.created, 0);
  EXPECT_EQ(integrity_of(workspace.record_file()), "ok");
}

TEST_F(StudyTest, RemembersWhenItWasSettledHowItsRunsAreJudged) {
  ASSERT_TRUE(studies.put(study));
  EXPECT_FALSE(stored().settled) << "no metric was chosen";
  study.metric = "loss";
  ASSERT_TRUE(studies.put(study));
  const auto first = stored().settled;
  ASSERT_TRUE(first);
  study.notes = "what came out";
  ASSERT_TRUE(studies.put(study));
  EXPECT_EQ(stored().settled, first) << "notes do not unsettle it";
  study.runs.push_back({"c", {}});
  ASSERT_TRUE(studies.put(study));
  const auto second = stored().settled;
  EXPECT_GT(second.value(), *first) << "nothing is settled as long as runs come and go";
  study.runs.pop_back();
  ASSERT_TRUE(studies.put(study));
  const auto third = stored().settled;
  EXPECT_GT(third.value(), *second);
  study.metric = "knn/top1";
  ASSERT_TRUE(studies.put(study));
  EXPECT_GT(stored().settled.value(), *third);
}

TEST_F(StudyTest, RunsThatAreDeletedLeaveIt) {
  study.baseline = "a";
  ASSERT_TRUE(studies.put(study));
  ASSERT_TRUE(store.trash_run("a"));
  ASSERT_TRUE(store.delete_trashed(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(stored().runs.size(), 1U);
  EXPECT_EQ(stored().baseline, "");
  ASSERT_TRUE(studies.remove("masks"));
  EXPECT_TRUE(read_studies(workspace).value().empty());
  EXPECT_EQ(studies.remove("masks").error().code, base::ErrorCode::NotFound);
  EXPECT_TRUE(reader().run("b"));
}

TEST_F(StudyTest, RefusesWhatMakesNoSense) {
  const auto refused = [&](const Study& wrong) { return studies.put(wrong).error().to_text(); };
  Study wrong = study;
  wrong.name = "  ";
  EXPECT_THAT(refused(wrong), HasSubstr("needs a name"));
  wrong = study;
  wrong.better = "larger";
  EXPECT_THAT(refused(wrong), HasSubstr("unknown direction"));
  wrong = study;
  wrong.runs.push_back({"a", {}});
  EXPECT_THAT(refused(wrong), HasSubstr("twice"));
  wrong = study;
  wrong.baseline = "c";
  EXPECT_THAT(refused(wrong), HasSubstr("none of the study's runs"));
  wrong = study;
  wrong.runs.push_back({"unknown", {}});
  EXPECT_THAT(refused(wrong), HasSubstr("unknown"));
  EXPECT_TRUE(read_studies(workspace).value().empty()) << "all or nothing";
  ASSERT_TRUE(studies.put(study));
  EXPECT_THAT(read_study(workspace, "mask").error().to_text(), HasSubstr("Did you mean masks?"));
}

}  // namespace
}  // namespace ibot::record
