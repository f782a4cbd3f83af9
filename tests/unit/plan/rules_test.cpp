// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::plan {
namespace {

using test::errors;
using test::warnings;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Rules, CropsHoldAtLeastOnePatch) {
  EXPECT_THAT(
      errors("backbone: {patch: 32}\ncrops: {local: {count: 2, size: 24}}"),
      HasSubstr(
          "x:2:33: error: crops.local.size: crops of 24 px are smaller than a patch of 32 px (expected: at "
          "least 32). Enlarge the crop, or make backbone.patch smaller"));
  EXPECT_EQ(errors("backbone: {patch: 32}\ncrops: {local: {count: 0, size: 24}}"), "");
  EXPECT_THAT(errors("crops: {global: {size: 8}}"), HasSubstr("crops.global.size: crops of 8 px"));
}

TEST(Rules, MonstrousSizesAreMistakesAndNoMore) {
  EXPECT_THAT(errors("backbone: {patch: 9223372036854775807}"), HasSubstr("are smaller than a patch of"));
  EXPECT_THAT(errors("backbone: {dim: 9223372036854775807, heads: 9223372036854775806}"),
              HasSubstr("do not divide"));
}

TEST(Rules, EndlessRunsAreMistakes) {
  EXPECT_THAT(
      errors("train: {epochs: 1e300}"),
      HasSubstr("x:1:17: error: train.epochs: 1e300 epochs are more steps than can be counted (expected: "
                "at most "));
  PlanRequest seven = test::request("train: {batch: 4, epochs: 2e15}");
  EXPECT_EQ(test::messages(seven).find("error: train.epochs"), std::string::npos);
  seven.dataset = DatasetFacts{.pictures = 28, .classes = 0};
  EXPECT_THAT(test::messages(seven), HasSubstr("train.epochs: 2e15 epochs are more steps"));
}

TEST(Rules, OneEpochIsNoEpochs) {
  EXPECT_THAT(errors("train: {epochs: 1}\noptimizer: {warmup_epochs: 0, freeze_last_layer_epochs: 1}"),
              HasSubstr("the prototypes stand still for 1 epoch, the run has 1"));
}

TEST(Rules, RangesBeginWithTheSmallerNumber) {
  EXPECT_THAT(
      errors("crops: {global: {scale: [1, 0.2]}}"),
      HasSubstr(
          "crops.global.scale: it begins with 1 and ends with 0.2 (expected: the smaller number first)"));
  EXPECT_THAT(errors("crops: {aspect: [2, 1]}"), HasSubstr("crops.aspect: it begins with 2"));
  EXPECT_THAT(errors("crops: {global: {scale: [0, 0]}}"), HasSubstr("no crop has an area of 0"));
}

TEST(Rules, OneCropHasNothingToCompareWith) {
  EXPECT_THAT(errors("crops: {global: {count: 1}}"),
              HasSubstr("crops.global.count: a picture gives one crop"));
  EXPECT_EQ(errors("crops: {global: {count: 1}, local: {count: 4}}"), "");
}

TEST(Rules, HeadsDivideFeatures) {
  EXPECT_THAT(errors("backbone: {heads: 5}"), HasSubstr("5 heads do not divide 384 features evenly"));
  EXPECT_THAT(errors("backbone: {dim: 200}"), HasSubstr("3 heads do not divide 200 features evenly"));
  EXPECT_EQ(errors("backbone: {dim: 192, depth: 6}"), "");
  EXPECT_THAT(errors("backbone: {heads: 9223372036854775807}"), HasSubstr("With 384 heads it does"));
}

TEST(Rules, PrototypesOfStudentAndTeacherFit) {
  // Student separate, teacher shared: the default.
  EXPECT_THAT(
      errors("head: {patch_out_dim: 4096}"),
      HasSubstr("head.patch_out_dim: the teacher's shared head gives patches 8192 prototypes, the student's "
                "separate one 4096 (expected: patch_out_dim of 8192, as out_dim)"));
  EXPECT_THAT(errors("head: {out_dim: 512, shared: true, shared_teacher: false}"),
              HasSubstr("the student's shared head gives patches 512 prototypes"));
  EXPECT_EQ(errors("head: {out_dim: 512, shared: true}"), "");
  EXPECT_EQ(errors("head: {out_dim: 512, shared_teacher: false}"), "");
  EXPECT_THAT(errors("head: {bottleneck_dim: 0, layers: 1}"), HasSubstr("one layer without a bottleneck"));
}

TEST(Rules, MaskRatiosStayWithinTheirRange) {
  EXPECT_THAT(
      errors("mask: {ratio: [0, 0.3], variance: [0.2]}"),
      HasSubstr(
          "mask.variance: ratio 0 with variance 0.2 ranges from -0.2 to 0.2 (expected: a range within 0 to "
          "1). Give each ratio its own variance, as [0, 0.2]"));
  EXPECT_THAT(errors("mask: {ratio: [0.9], variance: [0.2]}"), HasSubstr("ranges from 0.7 to 1.1"));
  EXPECT_THAT(
      errors("mask: {ratio: [0, 0.3, 0.5], variance: [0, 0.2]}"),
      HasSubstr(
          "there are 3 ratios and 2 variances (expected: one variance for all ratios, or one for each)"));
  EXPECT_EQ(errors("mask: {ratio: [0, 0.3], variance: [0, 0.2]}"), "");
}

TEST(Rules, WarmUpsEndBeforeTheRun) {
  EXPECT_THAT(
      errors("train: {epochs: 20}"),
      HasSubstr(
          "x:1:17: error: losses.ibot_cls.warmup_teacher_temp_epochs: the teacher's temperature warms up "
          "for 30 epochs, the run has 20"));
  EXPECT_THAT(
      errors("mask: {start_epoch: 80}"),
      HasSubstr(
          "losses.ibot_patch.warmup_teacher_temp_epochs: the teacher's temperature warms up for 30 epochs "
          "after 80 epochs without masks, the run has 100"));
  EXPECT_THAT(errors("mask: {start_epoch: 80}"), Not(HasSubstr("ibot_cls")));
  EXPECT_THAT(errors("train: {epochs: 5}"),
              HasSubstr("optimizer.warmup_epochs: the learning rate warms up for 10"));
  EXPECT_THAT(errors("optimizer: {freeze_last_layer_epochs: 100}"),
              HasSubstr("the prototypes stand still for 100 epochs, the run has 100"));
}

TEST(Rules, LossesAddUpToSomething) {
  EXPECT_THAT(errors("losses: []"), HasSubstr("losses: the list of losses is empty"));
  EXPECT_THAT(errors("losses: [{plugin: ibot_cls, weight: 0}]"), HasSubstr("every loss has weight 0"));
  EXPECT_THAT(errors("losses: [{plugin: nothing}]"), Not(HasSubstr("is empty")));
}

TEST(Rules, AStepFitsTheDataSet) {
  PlanRequest request = test::request("train: {batch: 64, accumulate: 4}");
  request.dataset = DatasetFacts{200, 0};
  EXPECT_THAT(test::messages(request),
              HasSubstr("x:1:16: error: train.batch: the data set has 200 pictures, one step takes 256"));
  request.dataset = DatasetFacts{256, 0};
  EXPECT_THAT(test::messages(request), Not(HasSubstr("error")));
}

TEST(Rules, DevicesAreNamedCpuOrCuda) {
  EXPECT_THAT(errors("train: {device: gpu}"),
              HasSubstr("train.device: found \"gpu\" (expected: cpu, cuda or cuda:N)"));
  EXPECT_THAT(errors("train: {device: \"cuda:x\"}"), HasSubstr("train.device"));
  EXPECT_EQ(errors("train: {device: \"cuda:1\"}"), "");
}

TEST(Rules, AMistakeIsNotReportedTwice) {
  // The refused batch would otherwise be compared with the data set by its default.
  PlanRequest request = test::request("train: {batch: many}");
  request.dataset = DatasetFacts{10, 0};
  EXPECT_THAT(test::messages(request), Not(HasSubstr("the data set has")));
  EXPECT_THAT(test::messages(request), HasSubstr("found \"many\""));
}

TEST(Advice, PublishedSettingsGetNone) {
  EXPECT_EQ(warnings("crops: {global: {scale: [0.25, 1]}, local: {count: 10, scale: [0.05, 0.25]}}\n"
                     "train: {batch: 64, accumulate: 16}\nmask: {ratio: [0, 0.3], variance: [0, 0.2]}\n"),
            "");
}

TEST(Advice, ComesFromTheHelpOfThePublishedCode) {
  EXPECT_THAT(warnings("losses: [{plugin: ibot_cls, teacher_temp: 0.1}]"),
              HasSubstr("a teacher temperature of 0.1 tends to be unstable"));
  EXPECT_THAT(warnings(""), HasSubstr("the default 0.996 suits steps of 1024 pictures; these have 64"));
  EXPECT_THAT(warnings("train: {teacher_momentum: 0.98}"), Not(HasSubstr("suits steps")));
  EXPECT_THAT(warnings("train: {teacher_momentum: 0.98, teacher_momentum_end: 0.9}"),
              HasSubstr("the teacher becomes faster"));
  EXPECT_THAT(warnings("crops: {local: {count: 4}}"),
              HasSubstr("large ones should begin at a larger share than 0.14"));
  EXPECT_THAT(warnings("crops: {global: {scale: [0.4, 1]}}"),
              HasSubstr("without small crops, large ones should begin"));
  EXPECT_THAT(warnings("backbone: {size: base}"),
              HasSubstr("the default 3 suits ViT-S (expected: 0.3 to 1.0"));
  EXPECT_THAT(warnings("train: {batch: 2048}"), HasSubstr("steps of 2,048 pictures may be unstable"));
  EXPECT_THAT(warnings("optimizer: {min_lr: 0.1}"), HasSubstr("the rate rises"));
  EXPECT_THAT(warnings("mask: {plugin: none}"),
              HasSubstr("ibot_patch learns from masked patches, and none are masked"));
  EXPECT_THAT(warnings("mask: {start_epoch: 150}\nlosses: [{plugin: ibot_cls}]"), HasSubstr("after the end"));
  EXPECT_THAT(warnings("head: {shared: true, patch_out_dim: 100}"), HasSubstr("it is not used"));
  EXPECT_THAT(
      warnings("crops: {global: {size: 100}}"),
      HasSubstr("100 px are no multiple of the patch: 4 px at two borders are not seen. Take 96 or 112"));
  EXPECT_THAT(warnings("crops: {local: {count: 2, size: 256}}"),
              HasSubstr("small crops are larger than large ones"));
}

std::vector<params::Diagnostic> advice_on(const PlanRequest& request, std::string_view key) {
  std::vector<params::Diagnostic> found;
  for (const params::Diagnostic& each : make_plan(request).diagnostics) {
    if (each.key == key && each.severity == params::Severity::Warning) found.push_back(each);
  }
  return found;
}

// What a button "change it" does must settle the matter, and make no mistake.
void expect_settled(const std::string& text, const std::string& key,
                    const std::optional<DatasetFacts>& dataset = std::nullopt) {
  PlanRequest request = test::request(text);
  request.dataset = dataset;
  request.plugins.push_back({plugin::Kind::Backbone, "swin_tiny", "0.1", "", {}, ""});
  params::Definition epsilon;
  epsilon.key = "epsilon";
  epsilon.type = params::Type::Real;
  epsilon.default_value = 1e-8;
  PluginInfo koleo{plugin::Kind::Loss, "koleo", "1.0", "", {}, ""};
  koleo.schema.add(epsilon);
  request.plugins.push_back(koleo);
  const auto advice = advice_on(request, key);
  ASSERT_EQ(advice.size(), 1U) << text << " " << key;
  ASSERT_NE(advice.front().proposal, "") << text;
  request.overrides = {key + "=" + advice.front().proposal};
  EXPECT_EQ(advice_on(request, key).size(), 0U) << request.overrides.front();
  EXPECT_TRUE(make_plan(request).plan.has_value()) << request.overrides.front();
}

TEST(Advice, ProposalsSettleIt) {
  expect_settled("losses: [{plugin: ibot_cls, teacher_temp: 0.1}]", "losses.ibot_cls.teacher_temp");
  expect_settled("", "train.teacher_momentum");
  expect_settled("train: {teacher_momentum: 0.98, teacher_momentum_end: 0.9}", "train.teacher_momentum_end");
  expect_settled("crops: {global: {scale: [0.4, 1]}}", "crops.global.scale");
  expect_settled("crops: {local: {count: 4}}", "crops.global.scale");
  expect_settled("backbone: {size: base}", "optimizer.clip_grad");
  expect_settled("train: {batch: 4096}", "optimizer.warmup_epochs");
  expect_settled("head: {shared: true, patch_out_dim: 100}", "head.patch_out_dim");
  expect_settled("mask: {plugin: none}", "mask.plugin");
  expect_settled("optimizer: {min_lr: 1}", "optimizer.min_lr");
  expect_settled("crops: {global: {size: 100}}", "crops.global.size");
  expect_settled("backbone: {patch: 8}", "train.precision");
  expect_settled("losses: [{plugin: ibot_cls}, {plugin: koleo}]\ntrain: {batch: 1}", "train.batch");
  expect_settled("backbone: {plugin: swin_tiny}", "mask.start_epoch");
  expect_settled("train: {epochs: 400}", "optimizer.warmup_epochs", DatasetFacts{200, 0});
}

TEST(Advice, MomentumFollowsTheLengthOfTheRun) {
  PlanRequest request = test::request("");
  request.dataset = DatasetFacts{1'000, 0};
  EXPECT_EQ(advice_on(request, "train.teacher_momentum").at(0).proposal, "0.99");
  request.dataset = DatasetFacts{1'281'167, 0};
  EXPECT_EQ(advice_on(request, "train.teacher_momentum").at(0).proposal, "0.9995");
}

TEST(Advice, SaysWhyAndWho) {
  const auto advice = advice_on(test::request("backbone: {size: base}"), "optimizer.clip_grad");
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice.front().source, "main_ibot.py --clip_grad");
  EXPECT_THAT(to_text(advice.front()), HasSubstr(". Larger networks were trained with smaller steps at most "
                                                 "(main_ibot.py --clip_grad)"));
}

TEST(Advice, DiskIsComparedWithWhatIsFree) {
  PlanRequest request = test::request("");
  request.free_bytes = std::uint64_t{1} << 20;
  EXPECT_THAT(test::messages(request), HasSubstr("on the disk, which has 1.0 MB free"));
  request.free_bytes = std::uint64_t{1} << 40;
  EXPECT_THAT(test::messages(request), Not(HasSubstr("on the disk")));
}

TEST(Advice, MemoryIsComparedWithTheMachine) {
  PlanRequest request = test::request("train: {batch: 256}");
  request.machine.emplace().memory_bytes = std::uint64_t{4} << 30;
  EXPECT_THAT(test::messages(request), HasSubstr("of memory, the machine has 4.3 GB. Lower train.batch"));
  request.machine->memory_bytes = std::uint64_t{4} << 40;
  EXPECT_THAT(test::messages(request), Not(HasSubstr("of memory")));
}

TEST(Advice, Bf16IsSlowWhereItIsNoInstruction) {
  PlanRequest request = test::request("train: {precision: bf16}");
  request.machine.emplace();
  EXPECT_THAT(test::messages(request), HasSubstr("no instructions for products of bf16"));
  request.machine->bf16_products = true;
  EXPECT_THAT(test::messages(request), Not(HasSubstr("bf16")));
  request = test::request("train: {precision: fp32}");
  request.machine.emplace();
  EXPECT_THAT(test::messages(request), Not(HasSubstr("bf16")));
  request = test::request("train: {precision: bf16, device: cuda}");
  request.machine.emplace();
  EXPECT_THAT(test::messages(request), Not(HasSubstr("bf16")));
}

}  // namespace
}  // namespace ibot::plan
