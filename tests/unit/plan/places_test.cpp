// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <ibot/base/file.h>
#include <ibot/plan/matrix.h>
#include <ibot/plan/places.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace ibot::plan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::SizeIs;

TEST(Places, AreTextsCalledPathOfSectionsThatReadPictures) {
  for (const char* key : {"data.path", "evaluators.knn.val_path", "evaluators.part_clusters.path"})
    EXPECT_TRUE(is_place(key)) << key;
  for (const char* key :
       {"path", "backbone.drop_path", "data.split", "evaluators.knn.k", "data.parts.pathology"})
    EXPECT_FALSE(is_place(key)) << key;
  EXPECT_EQ(content_name("evaluators.knn.val_path"), "val");
  EXPECT_EQ(content_name("evaluators.part_clusters.path"), "data");
}

class MissingPlacesTest : public testing::Test {
 protected:
  MissingPlacesTest() {
    for (const char* picture : {"photos/train/cat/1.png", "photos/train/dog/2.png", "others/cat/3.png",
                                "others/dog/4.png", "unlabelled/5.png"}) {
      std::filesystem::create_directories((dir / picture).parent_path());
      base::write_file_atomically(dir / picture, std::string_view("not looked into")).value();
    }
  }
  static params::Definition text(const char* key) {
    params::Definition definition;
    definition.key = key;
    definition.type = params::Type::Text;
    definition.default_value = std::string();
    return definition;
  }
  std::string path(const char* name) const { return (dir / name).string(); }
  PlanRequest request(const std::string& evaluator, const char* own) const {
    PlanRequest made = test::request("data: {path: " + path(own) +
                                     "}\nevaluators:\n  - plugin: knn\n    k: 10\n" + evaluator);
    for (PluginInfo& plugin : made.plugins) {
      if (plugin.id != "knn") continue;
      for (const char* key : {"train_path", "train_split", "val_path", "val_split"})
        plugin.schema.add(text(key));
    }
    return made;
  }
  MissingPlaces missing(const std::string& evaluator, const char* own = "photos/train") const {
    return find_missing_places(test::plan_of(request(evaluator, own)));
  }

  ibot::test::TempDir dir;
};

TEST_F(MissingPlacesTest, AFolderThatIsThereIsNotMissing) {
  EXPECT_THAT(missing("    val_path: " + path("others") + "\n"), IsEmpty());
  EXPECT_THAT(missing("    val_path: " + path("photos") + "\n    val_split: train\n"), IsEmpty());
}

TEST_F(MissingPlacesTest, AFolderThatIsNotThereIsWarnedOfAtItsLine) {
  const Plan plan = test::plan_of(request("    val_path: " + path("nowhere") + "\n", "photos/train"));
  const MissingPlaces found = find_missing_places(plan);
  ASSERT_THAT(found, ElementsAre(Key("evaluators.knn.val_path")));
  const params::Diagnostics warnings = place_warnings(plan, found);
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(warnings[0].severity, params::Severity::Warning);
  EXPECT_EQ(warnings[0].where.line, 5);
  EXPECT_THAT(params::to_text(warnings[0]),
              AllOf(HasSubstr("evaluators.knn.val_path: the pictures that knn evaluates cannot be read here"),
                    HasSubstr("nowhere"), HasSubstr("without them a run ends without that figure")));
  const base::Status allowed = require_places(found);
  ASSERT_FALSE(allowed);
  EXPECT_THAT(allowed.error().to_text(),
              AllOf(HasSubstr("evaluators.knn.val_path: there is no folder"), HasSubstr("nowhere")));
}

TEST_F(MissingPlacesTest, ASplitThatIsNotThereIsMissingToo) {
  EXPECT_THAT(missing("    train_path: " + path("photos") +
                      "\n    train_split: trian\n    val_path: " + path("others") + "\n"),
              ElementsAre(Key("evaluators.knn.train_path")));
}

TEST_F(MissingPlacesTest, WhatAnEvaluatorWouldTakeByItselfIsNoMoreThanAWarning) {
  const Plan plan = test::plan_of(request("", "photos/train"));
  const MissingPlaces found = find_missing_places(plan);
  ASSERT_THAT(found, ElementsAre(Key("evaluators.knn.val_path"))) << "there is no val beside train";
  EXPECT_EQ(place_warnings(plan, found)[0].where.line, 3) << "the line that names the evaluator";
  EXPECT_TRUE(require_places(found)) << "one may train on pictures without labels";
  std::filesystem::create_directories(dir / "photos/val/cat");
  base::write_file_atomically(dir / "photos/val/cat/6.png", std::string_view("x")).value();
  EXPECT_THAT(find_missing_places(plan), IsEmpty());
}

TEST_F(MissingPlacesTest, OfPicturesThatAreElsewhereNothingIsSaid) {
  EXPECT_THAT(missing("", "on/another/machine"), IsEmpty());
  EXPECT_THAT(missing("    val_path: " + path("nowhere") + "\n", "on/another/machine"), SizeIs(1));
}

TEST_F(MissingPlacesTest, AMatrixLooksOnceForAllItsRuns) {
  const PlanRequest one = request("    val_path: " + path("nowhere") + "\n", "photos/train");
  base::write_file_atomically(dir / "recipe.yaml", std::string_view(*one.text)).value();
  MatrixRequest request;
  request.matrix.base = dir / "recipe.yaml";
  request.matrix.seeds = {0, 1, 2};
  request.plugins = one.plugins;
  int asked = 0;
  request.missing_places = [&](const Plan& plan) {
    ++asked;
    return find_missing_places(plan);
  };
  const MatrixReview review = review_matrix(request);
  EXPECT_EQ(review.cells.size(), 3U);
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(review.missing, ElementsAre(Key("evaluators.knn.val_path")));
  EXPECT_THAT(params::to_text(review.diagnostics), HasSubstr("recipe.yaml:5:"));
  EXPECT_FALSE(require_places(review.missing));
}

}  // namespace
}  // namespace ibot::plan
