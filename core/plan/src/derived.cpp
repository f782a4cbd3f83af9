// SPDX-License-Identifier: GPL-3.0-or-later
#include "sizes.h"

#include <ibot/plan/derived.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace ibot::plan {
namespace {

// Counts are made in double, so that no value of a file overflows, and given only where they are exact.
constexpr double kExact = 9007199254740992.0;  // 2^53

std::optional<std::int64_t> exact(double count) {
  if (!(count >= 0) || count > kExact) return std::nullopt;
  return static_cast<std::int64_t>(count);
}

std::optional<std::uint64_t> bytes(double count) {
  if (!(count >= 0) || count > kExact) return std::nullopt;
  return static_cast<std::uint64_t>(count);
}

template <class Options>
Options options_of(const std::vector<ResolvedSection>& sections, std::string_view name) {
  for (const ResolvedSection& section : sections) {
    if (section.name == name) return params::bind<Options>(section.content.values);
  }
  return Options{};
}

// The patch side of any backbone that declares one under this name.
std::optional<std::int64_t> patch_of(const PlanValues& values) {
  const auto found = values.find("backbone.patch");
  if (found == values.end()) return std::nullopt;
  const auto* patch = std::get_if<std::int64_t>(&found->second.value);
  return patch && *patch > 0 ? std::optional(*patch) : std::nullopt;
}

CropTokens crop_tokens(std::int64_t size, std::int64_t patch) {
  const std::int64_t grid = size / patch;
  return {grid, grid * grid + 1};
}

// The mean share of masked patches, from a masking plugin that declares a list of ratios.
double masked_share(const PlanValues& values) {
  const auto found = values.find("mask.ratio");
  const auto* ratio =
      found == values.end() ? nullptr : std::get_if<std::vector<double>>(&found->second.value);
  if (!ratio || ratio->empty()) return 0;
  double sum = 0;
  for (const double entry : *ratio) sum += entry;
  return std::clamp(sum / static_cast<double>(ratio->size()), 0.0, 1.0);
}

class Deriver {
 public:
  Deriver(const PlanValues& values, const std::vector<ResolvedSection>& sections, const PlanRequest& request)
      : values_(values),
        request_(request),
        crops_(options_of<data::CropOptions>(sections, "crops")),
        head_(options_of<nn::HeadOptions>(sections, "head")),
        optimizer_(options_of<train::OptimizerOptions>(sections, "optimizer")),
        train_(options_of<train::TrainOptions>(sections, "train")),
        checkpoints_(options_of<train::CheckpointOptions>(sections, "checkpoints")) {
    for (const ResolvedSection& section : sections) {
      if (section.name == "backbone") vit_ = vit_size(section);
    }
  }

  Derived derive() {
    derive_tokens();
    derive_steps();
    derive_parameters();
    derive_memory();
    derive_disk();
    return derived_;
  }

 private:
  void derive_tokens() {
    const auto patch = patch_of(values_);
    if (!patch) return;
    derived_.global = crop_tokens(crops_.global.size, *patch);
    if (crops_.local.count > 0) derived_.local = crop_tokens(crops_.local.size, *patch);
    derived_.teacher_tokens = crops_.global.count * derived_.global->tokens;
    derived_.student_tokens =
        *derived_.teacher_tokens + (derived_.local ? crops_.local.count * derived_.local->tokens : 0);
  }

  // As core/data's sampler counts: the order is filled up so that all ranks get equally many, and what does
  // not fill a step is left out.
  void derive_steps() {
    const double ranks = request_.ranks;
    const double images = static_cast<double>(train_.batch) * static_cast<double>(train_.accumulate) * ranks;
    derived_.effective_batch = exact(images);
    derived_.peak_lr = optimizer_.lr * images / 256;
    if (!request_.dataset || request_.dataset->pictures <= 0) return;
    const double share = std::ceil(static_cast<double>(request_.dataset->pictures) / ranks);
    const double batches = std::floor(share / static_cast<double>(train_.batch));
    const double steps = std::floor(batches / static_cast<double>(train_.accumulate));
    derived_.steps_per_epoch = exact(steps);
    if (steps < 1) return;
    derived_.total_steps = exact(std::max(1.0, std::round(train_.epochs * steps)));
    derived_.warmup_steps = exact(std::round(optimizer_.warmup_epochs * steps));
  }

  void derive_parameters() {
    if (!vit_ || !derived_.global) return;
    derived_.backbone_parameters = exact(vit_parameters(*vit_, derived_.global->grid));
    derived_.head_parameters = exact(head_parameters(head_, vit_->dim, head_.shared));
  }

  // Bytes a parameter of the student: fp32 value, gradient and the optimiser's moments, and a bf16 copy to
  // compute with.
  double moments() const { return optimizer_.kind == "adamw" ? 2 : 1; }

  double wide() const { return train_.precision == "fp64" ? 8 : 4; }
  double narrow() const { return train_.precision == "bf16" ? 2 : wide(); }

  // A rough figure, of the sum of
  //   weights:     parameters x (student value, gradient, moments; teacher value; both copies for bf16)
  //   activations: student tokens of a batch x depth x (8 D + 2 hidden) values: inputs of norms, q, k, v,
  //   attention's
  //                output, two sums, and the MLP before and after its activation. Fused attention keeps no N
  //                x N matrix.
  //   logits:      rows with prototypes x K x 4 values (logits, log-softmax, gradient, teacher's
  //   distribution) in fp32 teacher:     one block's activations pictures:    slots x batch x crops x 3 bytes
  //   a pixel
  void derive_memory() {
    if (!derived_.backbone_parameters || !derived_.head_parameters) return;
    const auto batch = static_cast<double>(train_.batch);
    const auto width = static_cast<double>(vit_->dim);
    const double hidden = width * vit_->mlp_ratio;
    const double parameters =
        static_cast<double>(*derived_.backbone_parameters) + static_cast<double>(*derived_.head_parameters);
    const double copies = narrow() < wide() ? 2 * narrow() : 0;
    const double weights = parameters * ((2 + moments()) * wide() + wide() + copies);

    const double block = (8 * width + 2 * hidden) * narrow();
    const double activations =
        batch * static_cast<double>(*derived_.student_tokens) * static_cast<double>(vit_->depth) * block;
    const double teacher = batch * static_cast<double>(*derived_.teacher_tokens) * block;

    const auto globals = static_cast<double>(crops_.global.count);
    const auto locals = static_cast<double>(crops_.local.count);
    const double patches =
        static_cast<double>(derived_.global->grid) * static_cast<double>(derived_.global->grid);
    const double cls_values = batch * (globals + locals) * static_cast<double>(head_.out_dim);
    const double patch_values = batch * globals * patches * masked_share(values_) *
                                static_cast<double>(head_.shared ? head_.out_dim : head_.patch_out_dim);
    const double logits = (cls_values + patch_values) * 4 * 4;

    const auto area = [](std::int64_t side) { return static_cast<double>(side) * static_cast<double>(side); };
    const double drawn_globals = crops_.global.separate_teacher() ? 2 * globals : globals;
    const double pixels = drawn_globals * area(crops_.global.size) + locals * area(crops_.local.size);
    const auto slots = values_.find("data.slots");
    const double held =
        slots == values_.end() ? 4 : static_cast<double>(std::get<std::int64_t>(slots->second.value));
    derived_.memory_bytes = bytes(weights + activations + teacher + logits + held * batch * pixels * 3);
  }

  // A checkpoint holds both networks and the optimiser's moments; a snapshot is the teacher in bf16.
  void derive_disk() {
    if (!derived_.backbone_parameters || !derived_.head_parameters) return;
    const double parameters =
        static_cast<double>(*derived_.backbone_parameters) + static_cast<double>(*derived_.head_parameters);
    const double checkpoint = parameters * (2 + moments()) * wide();
    derived_.checkpoint_bytes = bytes(checkpoint);
    double kept = static_cast<double>(checkpoints_.keep_last);
    if (checkpoints_.keep_every_epochs > 0) {
      kept += std::floor(train_.epochs / static_cast<double>(checkpoints_.keep_every_epochs));
    }
    const double snapshots = static_cast<double>(checkpoints_.teacher_snapshots) * parameters * 2;
    derived_.disk_bytes = bytes(kept * checkpoint + snapshots);
  }

  const PlanValues& values_;
  const PlanRequest& request_;
  data::CropOptions crops_;
  nn::HeadOptions head_;
  train::OptimizerOptions optimizer_;
  train::TrainOptions train_;
  train::CheckpointOptions checkpoints_;
  std::optional<VitSize> vit_;
  Derived derived_;
};

}  // namespace

Derived derive(const PlanValues& values, const std::vector<ResolvedSection>& sections,
               const PlanRequest& request) {
  return Deriver(values, sections, request).derive();
}

}  // namespace ibot::plan
