// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/train/step.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

namespace ibot::train {
namespace {

// Rows of each crop in each part: [part][crop].
using Counts = std::vector<std::vector<std::int64_t>>;

// Rows in the order crop, image, cell, from parts whose rows have that order.
at::Tensor interleave(const std::vector<at::Tensor>& parts, const Counts& counts) {
  std::vector<std::int64_t> next(parts.size(), 0);
  std::vector<at::Tensor> pieces;
  for (std::size_t crop = 0; crop < counts.front().size(); ++crop) {
    for (std::size_t part = 0; part < parts.size(); ++part) {
      pieces.push_back(parts[part].narrow(0, next[part], counts[part][crop]));
      next[part] += counts[part][crop];
    }
  }
  return at::cat(pieces);
}

std::int64_t total(const std::vector<std::int64_t>& counts) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) sum += count;
  return sum;
}

// The mean over all rows from the means of the parts, of which some may have none.
at::Tensor mean_of_means(const std::vector<at::Tensor>& means, const Counts& counts) {
  std::int64_t rows = 0;
  for (const auto& part : counts) rows += total(part);
  at::Tensor sum;
  for (std::size_t i = 0; i < means.size(); ++i) {
    const std::int64_t own = total(counts[i]);
    if (own == 0) continue;
    const at::Tensor share = means[i] * (static_cast<double>(own) / static_cast<double>(rows));
    sum = sum.defined() ? sum + share : share;
  }
  return sum.defined() ? sum : means.front();
}

Counts same_for_every_crop(const std::vector<StepOutputs>& parts, std::int64_t crops,
                           std::int64_t rows_of_an_image) {
  Counts counts;
  for (const StepOutputs& part : parts)
    counts.emplace_back(static_cast<std::size_t>(crops), part.images * rows_of_an_image);
  return counts;
}

Counts masked_counts(const std::vector<StepOutputs>& parts) {
  Counts counts;
  for (const StepOutputs& part : parts) {
    const at::Tensor each = part.masks.view({part.global_crops, -1}).sum(1).cpu();
    std::vector<std::int64_t> own;
    for (std::int64_t crop = 0; crop < each.size(0); ++crop) own.push_back(each[crop].item<std::int64_t>());
    counts.push_back(std::move(own));
  }
  return counts;
}

}  // namespace

StepOutputs join_outputs(const std::vector<StepOutputs>& parts) {
  const StepOutputs& first = parts.front();
  StepOutputs all;
  for (const StepOutputs& part : parts) all.images += part.images;
  all.global_crops = first.global_crops;
  all.local_crops = first.local_crops;
  all.patches = first.patches;
  const Counts global = same_for_every_crop(parts, first.global_crops, 1);
  const Counts local = same_for_every_crop(parts, first.local_crops, 1);
  const Counts patches = same_for_every_crop(parts, first.global_crops, first.patches);
  const Counts masked = masked_counts(parts);
  const auto of_all = [&](auto&& value_of) {
    std::vector<at::Tensor> values;
    for (const StepOutputs& part : parts) values.push_back(value_of(part));
    return values;
  };
  all.masks = interleave(of_all([](const StepOutputs& part) { return part.masks; }), global);
  all.masked_weight = interleave(of_all([](const StepOutputs& part) { return part.masked_weight; }), masked);
  for (const auto& entry : first.values()) {
    const Read& read = entry.first;
    const std::vector<at::Tensor> values = of_all([&](const StepOutputs& part) { return part.get(read); });
    const Counts& counts = read.rows == Rows::ClsGlobal    ? global
                           : read.rows == Rows::ClsLocal   ? local
                           : read.rows == Rows::AllPatches ? patches
                                                           : masked;
    all.set(read,
            read.reduction == Reduction::Mean ? mean_of_means(values, counts) : interleave(values, counts));
  }
  return all;
}

}  // namespace ibot::train
