// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/compare/differences.h>
#include <ibot/compare/result.h>
#include <ibot/compare/study_names.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace ibot::compare {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

const std::string kBirds = base::sha256_hex("birds"), kCats = base::sha256_hex("cats");

class ReplicatesTest : public testing::Test, public test::StudyFixture {
 protected:
  // A run whose k-NN evaluator classifies the pictures of a folder.
  test::MadeRun run(const std::string& id, int seed, const std::string& folder) {
    test::MadeRun made{.id = id};
    made.values = {{"data.path", folder + "/train"},
                   {"evaluators.knn.plugin", "knn"},
                   {"evaluators.knn.train_path", ""},
                   {"evaluators.knn.val_path", folder + "/val"},
                   {"backbone.drop_path", 0.1}};
    made.seed = seed;
    made.data = "hash of " + folder;
    made.files = "birds";
    made.config_text = "ranks: 1\n";
    made.evaluations = {{"knn/top1", 40.0 + seed}};
    made.settings = settings(kBirds);
    return made;
  }
  static std::string settings(const std::string& val) {
    return nlohmann::json{{"k", 20}, {"train", kCats}, {"val", val}}.dump();
  }
  std::vector<Replicates> groups() {
    auto where = reader();
    data = read_runs(where, runs()).value();
    return group_replicates(data);
  }
  static std::vector<std::string> names(const std::vector<Replicates>& groups) {
    std::vector<std::string> all;
    for (const Replicates& group : groups) all.push_back(group.name);
    return all;
  }

  std::vector<RunData> data;
};

TEST_F(ReplicatesTest, TheSamePicturesInAnotherFolderMakeTheSameGroup) {
  add(run("ours-0", 0, "/ours/photos"));
  add(run("ours-1", 1, "/ours/photos"));
  add(run("theirs-2", 2, "/scratch/set"));
  const auto all = groups();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0].runs, ElementsAre(0, 1, 2));
}

TEST_F(ReplicatesTest, OtherPicturesDoNot) {
  add(run("ours", 0, "/ours/photos"));
  test::MadeRun trained = run("trained", 1, "/scratch/set");
  trained.files = "cats";
  trained.data = "hash of cats";
  add(trained);
  test::MadeRun evaluated = run("evaluated", 2, "/scratch/set");
  evaluated.settings = settings(kCats);
  add(evaluated);
  EXPECT_THAT(groups(), SizeIs(3)) << "nor are the pictures of an evaluation left out";
}

TEST_F(ReplicatesTest, NorDoesAnyOtherParameter) {
  add(run("ours", 0, "/ours/photos"));
  test::MadeRun dropped = run("dropped", 1, "/scratch/set");
  dropped.values["backbone.drop_path"] = 0.2;
  add(dropped);
  test::MadeRun split = run("split", 2, "/scratch/set");
  split.values["data.split"] = "train";
  split.data = "hash of a split";
  add(split);
  test::MadeRun ranks = run("ranks", 3, "/scratch/set");
  ranks.config_text = "ranks: 2\n";
  add(ranks);
  EXPECT_THAT(groups(), SizeIs(4)) << "a rate that is called drop_path is no place";
}

TEST_F(ReplicatesTest, WhatAnEvaluationFoundIsKnownOfItsWholeGroup) {
  add(run("ours-0", 0, "/ours/photos"));
  test::MadeRun young = run("ours-1", 1, "/ours/photos");
  young.evaluations.clear();
  add(young);
  add(run("theirs-2", 2, "/scratch/set"));
  EXPECT_THAT(groups(), SizeIs(1));
}

TEST_F(ReplicatesTest, WhatIsNotKnownToBeTheSameIsSaid) {
  add(run("ours", 0, "/ours/photos"));
  test::MadeRun young = run("theirs", 1, "/scratch/set");
  young.evaluations.clear();
  add(young);
  const auto all = groups();
  EXPECT_THAT(names(all), ElementsAre("val_path=/ours/photos/val", "val_path=/scratch/set/val"))
      << "the pictures that both trained on are the same";
  EXPECT_THAT(unknown_places(all, data),
              ElementsAre(AllOf(HasSubstr("evaluators.knn.val_path"), HasSubstr("not taken for replicates"),
                                Not(HasSubstr("data.path")))));
  auto where = reader();
  const MetricChoice choice = choose_metric(data, "knn/top1", std::nullopt, {}).value();
  const auto values = read_values(where, data, choice).value();
  const ComparisonResult result = compare_groups(data, values, all, choice, 0);
  EXPECT_THAT(result.warnings, Contains(HasSubstr("not taken for replicates")));
}

TEST_F(ReplicatesTest, SettingsWithoutAHashSayNothingOfThePictures) {
  for (const char* id : {"ours", "theirs"}) {
    test::MadeRun made = run(id, 0, std::string("/pictures/") + id);
    made.settings = R"({"k":20,"val":"500 pictures"})";
    add(made);
  }
  EXPECT_THAT(groups(), SizeIs(2));
}

TEST_F(ReplicatesTest, FoldersOfTheSamePicturesAreInNoName) {
  add(run("ours", 0, "/ours/photos"));
  test::MadeRun theirs = run("theirs", 0, "/scratch/set");
  theirs.values["mask.plugin"] = "block";
  add(theirs);
  const auto all = groups();
  EXPECT_THAT(names(all), ElementsAre("mask=none", "mask=block"));
  EXPECT_THAT(all[0].levels, Not(Contains(Key("data.path"))));
}

TEST_F(ReplicatesTest, WhereTheSamePicturesLieIsNoDifferenceOfConfiguration) {
  add(run("ours", 0, "/ours/photos"));
  add(run("theirs", 0, "/scratch/set"));
  groups();
  const Explanation why = why_different(data[0], data[1]);
  EXPECT_EQ(why.first, std::nullopt);
  EXPECT_THAT(why.text, EndsWith("The data lies elsewhere (data.path, evaluators.knn.val_path), but is the "
                                 "same."));
  std::vector<std::string> subjects;
  for (const DifferenceRow& row : differences(data, {.only_differences = true, .metrics = false}))
    subjects.push_back(base::str(to_string(row.subject), ": ", row.key));
  EXPECT_THAT(subjects, ElementsAre("environment: data.path", "environment: evaluators.knn.val_path"));
}

TEST_F(ReplicatesTest, OtherPicturesAreADifferenceStill) {
  add(run("ours", 0, "/ours/photos"));
  test::MadeRun theirs = run("theirs", 0, "/scratch/set");
  theirs.settings = settings(kCats);
  add(theirs);
  groups();
  const Explanation why = why_different(data[0], data[1]);
  EXPECT_EQ(why.first, Subject::Configuration);
  EXPECT_THAT(why.text, HasSubstr("evaluators.knn.val_path is /ours/photos/val and /scratch/set/val"));
  EXPECT_THAT(why.text, EndsWith("The data lies elsewhere (data.path), but is the same."));
}

TEST_F(ReplicatesTest, ExtendedAlikeIsTheSameForEachSeed) {
  for (int seed = 0; seed < 3; ++seed) {
    const std::string id = "run-" + std::to_string(seed);
    add({.id = id, .seed = seed});
    auto where = reader();
    record::PlanSegment segment = where.plan(id).value().back();
    segment.to_step = seed == 2 ? 300 : 200;
    store.extend_plan(id, segment).value();
  }
  const auto all = groups();
  ASSERT_THAT(all, SizeIs(2)) << "to another end is another group";
  EXPECT_THAT(all[0].runs, ElementsAre(0, 1));
}

// Two recipes that have nothing in common.
TEST_F(ReplicatesTest, NamesSayTheFewThatTellGroupsApart) {
  for (int recipe = 0; recipe < 3; ++recipe) {
    test::MadeRun made{.id = "recipe-" + std::to_string(recipe)};
    for (int key = 0; key < 30; ++key)
      made.values[base::str("section.a_long_name_of_a_parameter_", key)] = key < 20 ? recipe : recipe / 2;
    add(made);
  }
  const auto all = groups();
  for (const Replicates& group : all) {
    EXPECT_LE(group.name.size(), 60U + std::string(" + 99 more").size()) << group.name;
    EXPECT_THAT(group.name, EndsWith(" more"));
    EXPECT_THAT(group.levels, SizeIs(30)) << "all of them, for tables and scripts";
  }
  EXPECT_THAT(std::set<std::string>({all[0].name, all[1].name, all[2].name}), SizeIs(3));
  EXPECT_THAT(runs_called(all[1].name, {}, data), ElementsAre(1)) << "the name can be used as it is shown";
  auto where = reader();
  const MetricChoice choice = choose_metric(data, "loss", std::nullopt, {}).value();
  const auto values = read_values(where, data, choice).value();
  const ComparisonResult result = compare_groups(data, values, all, choice, 0);
  const Table table = list_table(result);
  EXPECT_THAT(table.rows[0][0].whole, HasSubstr("section.a_long_name_of_a_parameter_29=0"));
  EXPECT_THAT(table.caption, Contains(HasSubstr("leave parameters out")));
  const auto json = to_json(result, data);
  EXPECT_EQ(json["groups"][0]["levels"].size(), 30U);
}

TEST_F(ReplicatesTest, OneFactorAtATimeIsCalledByWhatAGroupAloneHas) {
  for (int changed = -1; changed < 12; ++changed) {
    test::MadeRun made{.id = "run-" + std::to_string(changed + 1)};
    for (int key = 0; key < 12; ++key)
      made.values[base::str("optimizer.factor_", static_cast<char>('a' + key))] = key == changed ? 2 : 1;
    add(made);
  }
  const auto all = groups();
  ASSERT_THAT(all, SizeIs(13));
  std::set<std::string> different;
  for (const Replicates& group : all) different.insert(group.name);
  EXPECT_THAT(different, SizeIs(13));
  EXPECT_THAT(all[3].name, HasSubstr("factor_c=2"));
  EXPECT_THAT(all[3].name, EndsWith(" + 8 more"));
}

TEST_F(ReplicatesTest, LongLevelsAreCutInTheMiddle) {
  const std::string one(200, 'a'), other = std::string(199, 'a') + "b";
  add({.id = "one", .values = {{"backbone.form", one}}});
  add({.id = "other", .values = {{"backbone.form", other}}});
  const auto all = groups();
  EXPECT_EQ(all[0].name, "form=aaaaaaaaaaa\u2026aaaaaaaaaaaa");
  EXPECT_EQ(all[1].name, "form=aaaaaaaaaaa\u2026aaaaaaaaaaab");
  EXPECT_EQ(all[0].levels.at("backbone.form"), one);
  EXPECT_THAT(runs_called(all[1].name, {}, data), ElementsAre(1));
}

TEST_F(ReplicatesTest, NamesOfFewParametersSayThemAll) {
  add({.id = "a", .values = {{"optimizer.lr", 0.001}, {"train.batch", 8}}});
  add({.id = "b", .values = {{"optimizer.lr", 0.002}, {"train.batch", 16}}});
  EXPECT_THAT(names(groups()), ElementsAre("lr=0.001 batch=8", "lr=0.002 batch=16"));
}

}  // namespace
}  // namespace ibot::compare
