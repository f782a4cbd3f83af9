// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <gtest/gtest.h>

namespace ibot::plan {
namespace {

using test::plan_of;

Derived derived_of(std::string text, std::optional<DatasetFacts> dataset = std::nullopt, int ranks = 1) {
  PlanRequest request = test::request(std::move(text));
  request.dataset = dataset;
  request.ranks = ranks;
  return plan_of(request).derived();
}

// Counts of spec 1.1, measured on the published modules.
TEST(Derived, BackboneParametersAreExact) {
  EXPECT_EQ(derived_of("backbone: {size: tiny}").backbone_parameters, 5'524'416);
  EXPECT_EQ(derived_of("backbone: {size: small}").backbone_parameters, 21'665'664);
  EXPECT_EQ(derived_of("backbone: {size: base}").backbone_parameters, 85'798'656);
  EXPECT_EQ(derived_of("backbone: {size: large}").backbone_parameters, 303'301'632);
}

// Counts of spec 1.3.
TEST(Derived, HeadParametersAreExact) {
  EXPECT_EQ(derived_of("head: {shared: true}").head_parameters, 7'614'720);
  EXPECT_EQ(derived_of("head: {shared: false}").head_parameters, 9'720'064);
  // One norm serves both hidden positions: 2 x 2048 more.
  EXPECT_EQ(derived_of("head: {shared: true, norm: bn}").head_parameters, 7'614'720 + 4096);
  // 384 x 2048 + 2048 and so on, without prototypes of their own.
  EXPECT_EQ(derived_of("head: {shared: true, bottleneck_dim: 0, layers: 1, out_dim: 10}").head_parameters,
            3850);
}

TEST(Derived, TokensFollowCropsAndPatches) {
  const Derived derived = derived_of("crops: {local: {count: 10}}");
  EXPECT_EQ(derived.global, (CropTokens{14, 197}));
  EXPECT_EQ(derived.local, (CropTokens{6, 37}));
  EXPECT_EQ(derived.teacher_tokens, 394);
  EXPECT_EQ(derived.student_tokens, 764);
  EXPECT_FALSE(derived_of("").local.has_value());
}

TEST(Derived, StepsAndRatesFollowTheBatch) {
  const Derived derived =
      derived_of("train: {epochs: 800, batch: 64, accumulate: 4}\noptimizer: {lr: 0.0005}",
                 DatasetFacts{1281167, 1000}, 4);
  EXPECT_EQ(derived.effective_batch, 1024);
  EXPECT_EQ(derived.peak_lr, 0.002);
  EXPECT_EQ(derived.steps_per_epoch, 1251);
  EXPECT_EQ(derived.total_steps, 800 * 1251);
  EXPECT_EQ(derived.warmup_steps, 12510);
}

TEST(Derived, NothingIsSaidOfTheUnknown) {
  const Derived derived = derived_of("");
  EXPECT_FALSE(derived.steps_per_epoch.has_value());
  EXPECT_FALSE(derived.total_steps.has_value());
  PlanRequest request = test::request("backbone: {plugin: other}");
  request.plugins.push_back({plugin::Kind::Backbone, "other", "0.1", "", {}, ""});
  EXPECT_FALSE(plan_of(request).derived().backbone_parameters.has_value());
  EXPECT_FALSE(plan_of(request).derived().memory_bytes.has_value());
}

TEST(Derived, MonstrousNumbersDoNotOverflow) {
  const Derived derived = derived_of(
      "train: {batch: 9000000000000000000, accumulate: 9000000000000000000}\n"
      "backbone: {dim: 9000000000000000000, heads: 1, depth: 9000000000000000000}\n"
      "head: {out_dim: 9000000000000000000, patch_out_dim: 9000000000000000000}\n");
  EXPECT_FALSE(derived.effective_batch.has_value());
  EXPECT_FALSE(derived.backbone_parameters.has_value());
  EXPECT_FALSE(derived.memory_bytes.has_value());
}

// The published code needed about 3.2 GB for this step; the formula has to be of that order, and grow with
// each cause.
TEST(Derived, MemoryIsOfTheRightOrder) {
  const std::string step = "crops: {local: {count: 10}}\nhead: {shared: true}\n";
  const auto memory = [&step](const std::string& more) { return *derived_of(step + more).memory_bytes; };
  EXPECT_GT(memory("train: {batch: 8}"), 1'000'000'000U);
  EXPECT_LT(memory("train: {batch: 8}"), 3'200'000'000U);
  EXPECT_GT(memory("train: {batch: 16}"), memory("train: {batch: 8}"));
  EXPECT_GT(memory("train: {batch: 8, precision: fp32}"), memory("train: {batch: 8}"));
  EXPECT_LT(memory("train: {batch: 8}\noptimizer: {kind: sgd}"), memory("train: {batch: 8}"));
}

std::uint64_t part(const std::vector<CostPart>& parts, std::string_view name) {
  for (const CostPart& each : parts) {
    if (each.name == name) return each.bytes;
  }
  ADD_FAILURE() << name << " is not among the parts";
  return 0;
}

TEST(Derived, CostsAreTheSumOfTheirParts) {
  const Derived derived = derived_of("train: {batch: 8}", DatasetFacts{1000, 10});
  for (const auto& [parts, sum] :
       {std::pair(derived.memory, derived.memory_bytes), std::pair(derived.disk, derived.disk_bytes)}) {
    std::uint64_t total = 0;
    for (const CostPart& each : parts) total += each.bytes;
    EXPECT_EQ(total, sum);
  }
  EXPECT_EQ(derived.memory.size(), 6U);
  EXPECT_EQ(derived.disk.size(), 6U);
  EXPECT_EQ(derived.total_images, 100 * 125 * 8);
}

TEST(Derived, EachCauseRaisesItsPart) {
  const auto memory = [](const std::string& text, std::string_view name) {
    return part(derived_of(text).memory, name);
  };
  EXPECT_GT(memory("train: {batch: 16}", "activations"), memory("train: {batch: 8}", "activations"));
  EXPECT_EQ(memory("train: {batch: 16}", "weights"), memory("train: {batch: 8}", "weights"));
  EXPECT_LT(memory("optimizer: {kind: sgd}", "optimizer"), memory("", "optimizer"));
  EXPECT_GT(memory("head: {out_dim: 65536, patch_out_dim: 65536}", "prototypes"), memory("", "prototypes"));
  EXPECT_GT(memory("data: {slots: 8}", "batches"), memory("", "batches"));
  EXPECT_GT(memory("data: {cache_mb: 4096}", "other"), memory("data: {cache_mb: 0}", "other"));
  const auto disk = [](const std::string& text, std::string_view name) {
    return part(derived_of(text, DatasetFacts{10'000, 0}).disk, name);
  };
  EXPECT_GT(disk("train: {epochs: 200}", "record"), disk("train: {epochs: 100}", "record"));
  EXPECT_GT(disk("probes: {every_steps: 10}", "probes"), disk("", "probes"));
  EXPECT_EQ(disk("probes: {every_steps: 0}", "probes"), 0U);
  EXPECT_GT(disk("checkpoints: {teacher_snapshots: 100}", "snapshots"), disk("", "snapshots"));
}

// Steps of a data set that nobody looked at are unknown, and with them what grows with the steps.
TEST(Derived, DiskOfUnknownStepsIsThatOfTheFiles) {
  EXPECT_EQ(derived_of("").disk.size(), 4U);
  EXPECT_FALSE(derived_of("").total_images.has_value());
}

TEST(Derived, DiskCountsWhatIsKept) {
  const Derived derived = derived_of(
      "head: {shared: true}\ntrain: {epochs: 100}\ncheckpoints: {keep_last: 2, keep_every_epochs: 40, "
      "teacher_snapshots: "
      "0}");
  const std::uint64_t parameters = 21'665'664 + 7'614'720;
  EXPECT_EQ(derived.checkpoint_bytes, parameters * 16);
  EXPECT_EQ(part(derived.disk, "checkpoints"), parameters * 16 * 4);
  EXPECT_EQ(part(derived.disk, "writing"), parameters * 16) << "before the oldest one goes";
  EXPECT_GE(part(derived.disk, "journal"), 4U << 20) << "what SQLite lets it grow to";
}

}  // namespace
}  // namespace ibot::plan
