// SPDX-License-Identifier: GPL-3.0-or-later
// Every recipe that is shipped makes a plan, and says what its head promises.
#include "plugins.h"

#include <ibot/plan/explain.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::plan {
namespace {

using ::testing::HasSubstr;

std::vector<std::filesystem::path> all_recipes() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"recipes", "smoke"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(ibot::test::source_dir() / "experiments" / folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  return files;
}

// A request with a stand-in for every plugin that a recipe names.
PlanRequest recipe_request() {
  PlanRequest request = test::request("");
  request.plugins.push_back({plugin::Kind::Loss, "koleo", "1.0.0", "A stand-in.", {}, std::string(64, 'a')});
  return request;
}

Plan recipe(const std::string& name, std::optional<DatasetFacts> dataset = std::nullopt) {
  PlanRequest request = recipe_request();
  request.file = ibot::test::source_dir() / "experiments" / name;
  request.dataset = dataset;
  return test::plan_of(request);
}

TEST(Recipes, AllMakePlansWithoutWarnings) {
  const auto files = all_recipes();
  EXPECT_GE(files.size(), 8U);
  for (const auto& file : files) {
    PlanRequest request = recipe_request();
    request.file = file;
    const PlanResult result = make_plan(request);
    EXPECT_EQ(to_text(result.diagnostics), "") << file;
    EXPECT_TRUE(result.plan.has_value()) << file;
  }
}

// Spec 1.9.
TEST(Recipes, OfficialOnesAreThePublishedSettings) {
  const Plan small = recipe("recipes/vit_small_imagenet.yaml", DatasetFacts{1281167, 1000});
  EXPECT_EQ(small.derived().effective_batch, 1024);
  EXPECT_EQ(small.derived().peak_lr, 0.002);
  EXPECT_EQ(small.derived().total_steps, 800 * 1251);
  EXPECT_EQ(small.crops().local.count, 10);
  EXPECT_EQ(small.crops().global.scale, (std::vector<double>{0.25, 1.0}));
  EXPECT_FALSE(small.head().norm_last_layer);
  EXPECT_TRUE(small.head().shared);
  EXPECT_EQ(small.losses()[0].content.values.at("teacher_temp"), params::Value(0.07));
  EXPECT_EQ(small.losses()[0].content.values.at("warmup_teacher_temp_epochs"),
            params::Value(std::int64_t{30}));

  const Plan base = recipe("recipes/vit_base_imagenet.yaml");
  EXPECT_EQ(base.derived().backbone_parameters, 85'798'656);
  EXPECT_EQ(base.optimizer().clip_grad, 0.3);
  EXPECT_EQ(base.optimizer().freeze_last_layer_epochs, 3);
  EXPECT_TRUE(base.head().norm_last_layer);

  const Plan random = recipe("recipes/vit_base_random_imagenet.yaml");
  EXPECT_EQ(random.mask().plugin->id, "random");
  EXPECT_EQ(random.mask().content.values.at("ratio"), params::Value(std::vector<double>{0.0, 0.7}));
  EXPECT_EQ(random.optimizer().lr, 7.5e-4);

  EXPECT_EQ(recipe("recipes/vit_large_imagenet.yaml").derived().backbone_parameters, 303'301'632);
}

TEST(Recipes, ThePlanSaysWhichFilesItStandsOn) {
  const Plan plan = recipe("recipes/vit_large_random_imagenet.yaml");
  std::vector<std::string> names;
  for (const auto& file : plan.files()) names.push_back(file.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{"official.yaml", "vit_base_imagenet.yaml",
                                             "vit_large_imagenet.yaml", "vit_large_random_imagenet.yaml"}));
  EXPECT_THAT(to_text(plan.values().at("mask.ratio").origin), HasSubstr("vit_large_random_imagenet.yaml:"));
  EXPECT_THAT(to_text(plan.values().at("optimizer.lr").origin), HasSubstr("vit_base_imagenet.yaml:"));
}

}  // namespace
}  // namespace ibot::plan
