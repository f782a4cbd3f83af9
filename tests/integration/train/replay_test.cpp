// SPDX-License-Identifier: GPL-3.0-or-later
// A run that meets a value that is not finite ends before the value reaches a weight, and the step can be
// made again.
#include "small_run.h"

#include <ibot/train/model.h>
#include <ibot/train/optimizer.h>
#include <ibot/train/replay.h>
#include <ibot/weights/tensor_file.h>

#include <ATen/ops/equal.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace ibot::test {
namespace {

// Makes the first number of a stored tensor NaN.
void poison(const std::filesystem::path& path, const std::string& name) {
  const auto file = weights::TensorFile::open_safetensors(path);
  ASSERT_TRUE(file);
  const weights::TensorView* victim = file->find(name);
  ASSERT_NE(victim, nullptr) << name;
  ASSERT_EQ(victim->dtype, weights::DType::F32);
  std::vector<std::byte> bytes(victim->bytes.begin(), victim->bytes.end());
  const float nan = std::nanf("");
  std::memcpy(bytes.data(), &nan, sizeof nan);
  std::vector<weights::TensorView> tensors = file->tensors();
  for (weights::TensorView& tensor : tensors) {
    if (tensor.name == name) tensor.bytes = bytes;
  }
  ASSERT_TRUE(weights::write_safetensors(path, tensors, file->metadata()));
}

base::Result<train::ReplayReport> replay(SmallRuns& runs, const cli::PreparedPlan& plan,
                                         const std::filesystem::path& folder) {
  IBOT_TRY(const auto box, train::BlackBox::read(folder / "black_box.json"));
  return train::replay({.plan = plan.plan,
                        .registry = &runs.loader().registry(),
                        .dataset = plan.dataset.get(),
                        .black_box = box,
                        .checkpoint = folder / box.checkpoint});
}

TEST(Replay, NamesThePoisonedWeight) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({});
  MemorySink sink;
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "run", .stop_after = 4}, sink));
  poison(checkpoint_path(runs / "run", 4), "student.backbone.blocks.1.mlp.fc1.weight");
  const auto outcome = runs.train(plan, {.folder = runs / "run", .resume_after = 4}, sink);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::NonFinite);
  EXPECT_EQ(sink.phases.back(), train::Phase::Failed);
  EXPECT_FALSE(sink.metrics["loss"].contains(5)) << "the failed step counts as one";

  const auto report = replay(runs, plan, runs / "run");
  ASSERT_TRUE(report) << report.error().to_text();
  ASSERT_TRUE(report->first);
  EXPECT_EQ(report->step, 4);
  EXPECT_EQ(report->first->module, "student.backbone.blocks.1.mlp.fc1");
  EXPECT_EQ(report->first->bad, 1);
  EXPECT_EQ(report->samples.size(), 4U);
}

TEST(Replay, FindsWhereNumbersOverflow) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({"optimizer.lr=1e30", "optimizer.warmup_epochs=0",
                                            "optimizer.weight_decay=0", "optimizer.weight_decay_end=0"});
  MemorySink sink;
  const auto outcome = runs.train(plan, {.folder = runs / "run"}, sink);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::NonFinite);
  const auto report = replay(runs, plan, runs / "run");
  ASSERT_TRUE(report) << report.error().to_text();
  ASSERT_TRUE(report->first);
  EXPECT_EQ(report->sound.front().substr(0, 7), "weights") << "the last good state was saved";
  EXPECT_TRUE(report->first->module.starts_with("student.") || report->first->module.starts_with("teacher."))
      << report->first->module;
}

// The largest norm is a maximum, and nothing is larger than NaN: wherever the bad gradient stands, no weight
// moves.
TEST(NonFinite, GradientOfAnyParameterKeepsTheWeights) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({});
  const auto model = train::build_model(plan.plan, runs.loader().registry()).value();
  train::Optimizer optimizer(*model->student, *model->teacher, plan.plan.optimizer(), model->working);
  const std::vector<nn::NamedParameter> parameters = model->student->parameters();
  for (const nn::NamedParameter& poisoned : parameters) {
    if (!poisoned.parameter->trainable) continue;
    for (const nn::NamedParameter& named : parameters) {
      if (named.parameter->trainable) named.parameter->value.mutable_grad().fill_(0.5);
    }
    poisoned.parameter->value.mutable_grad().view(-1).select(0, 0).fill_(std::nan(""));
    const at::Tensor before = parameters.front().parameter->value.detach().clone();
    EXPECT_FALSE(std::isfinite(
        optimizer.update({.lr = 0.1, .weight_decay = 0, .teacher_momentum = 1, .freeze_last_layer = false})))
        << poisoned.name;
    EXPECT_TRUE(at::equal(parameters.front().parameter->value.detach(), before)) << poisoned.name;
  }
}

TEST(Replay, RefusesOtherPictures) {
  SmallRuns runs;
  const cli::PreparedPlan plan = runs.plan({});
  MemorySink sink;
  ASSERT_TRUE(runs.train(plan, {.folder = runs / "run", .stop_after = 1}, sink));
  poison(checkpoint_path(runs / "run", 1), "student.backbone.norm.weight");
  ASSERT_FALSE(runs.train(plan, {.folder = runs / "run", .resume_after = 1}, sink));
  const auto report = replay(runs, runs.plan({"seed=77"}), runs / "run");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::Incompatible);
}

}  // namespace
}  // namespace ibot::test
