// SPDX-License-Identifier: GPL-3.0-or-later
#include "costs.h"
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

class Deriver {
 public:
  Deriver(const PlanValues& values, const std::vector<ResolvedSection>& sections, const PlanRequest& request)
      : values_(values),
        request_(request),
        crops_(options_of<data::CropOptions>(sections, "crops")),
        head_(options_of<nn::HeadOptions>(sections, "head")),
        optimizer_(options_of<train::OptimizerOptions>(sections, "optimizer")),
        train_(options_of<train::TrainOptions>(sections, "train")),
        checkpoints_(options_of<train::CheckpointOptions>(sections, "checkpoints")),
        probes_(options_of<train::ProbeOptions>(sections, "probes")) {
    for (const ResolvedSection& section : sections) {
      if (section.name == "backbone") vit_ = vit_size(section);
    }
  }

  Derived derive() {
    derive_tokens();
    derive_steps();
    derive_parameters();
    add_costs(derived_, {values_, request_, crops_, head_, optimizer_, train_, checkpoints_, probes_, vit_});
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
    if (derived_.total_steps)
      derived_.total_images = exact(static_cast<double>(*derived_.total_steps) * images);
    derived_.warmup_steps = exact(std::round(optimizer_.warmup_epochs * steps));
  }

  void derive_parameters() {
    if (!vit_ || !derived_.global) return;
    derived_.backbone_parameters = exact(vit_parameters(*vit_, derived_.global->grid));
    derived_.head_parameters = exact(head_parameters(head_, vit_->dim, head_.shared));
  }

  const PlanValues& values_;
  const PlanRequest& request_;
  data::CropOptions crops_;
  nn::HeadOptions head_;
  train::OptimizerOptions optimizer_;
  train::TrainOptions train_;
  train::CheckpointOptions checkpoints_;
  train::ProbeOptions probes_;
  std::optional<VitSize> vit_;
  Derived derived_;
};

}  // namespace

Derived derive(const PlanValues& values, const std::vector<ResolvedSection>& sections,
               const PlanRequest& request) {
  return Deriver(values, sections, request).derive();
}

}  // namespace ibot::plan
