// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"

#include <ibot/analysis/assignment.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ibot::inspect {
namespace {

// [rows, columns] of costs: pairs with the largest sum of `worth`.
std::vector<int> best_pairs(const at::Tensor& worth) {
  const at::Tensor cost = worth.to(at::kDouble).neg();
  std::vector<double> values(static_cast<std::size_t>(cost.numel()));
  at::from_blob(values.data(), cost.sizes(), at::kDouble).copy_(cost);
  return analysis::assign(values, static_cast<std::size_t>(cost.size(0)),
                          static_cast<std::size_t>(cost.size(1)));
}

double squared_norm(const at::Tensor& tensor) {
  return tensor.square().sum().item<double>();
}

}  // namespace

Components components_of(const at::Tensor& rows, std::int64_t count) {
  Components result;
  result.mean = rows.to(at::kDouble).mean(0, true);
  const at::Tensor centred = rows.to(at::kDouble) - result.mean;
  const at::Tensor covariance = at::mm(centred.t(), centred) / static_cast<double>(centred.size(0));
  const auto [values, vectors] = at::linalg_eigh(covariance);
  const std::int64_t kept = std::min(count, vectors.size(1));
  const at::Tensor axes = vectors.narrow(1, vectors.size(1) - kept, kept).flip({1});
  const at::Tensor scores = at::mm(centred, axes);
  const at::Tensor unit = scores / scores.std(0, false).unsqueeze(0).clamp_min(1e-12);
  const at::Tensor leaning = unit.pow(3).mean(0, true);
  const at::Tensor signs = leaning.ge(0).to(at::kDouble).mul(2).sub(1);
  result.scores = unit * signs;
  result.axes = axes * signs;
  const at::Tensor positive = values.clamp_min(0);
  result.explained =
      positive.narrow(0, positive.size(0) - kept, kept).flip({0}) / positive.sum().clamp_min(1e-300);
  return result;
}

at::Tensor ordered_clusters(const at::Tensor& assignment, const at::Tensor& first, std::int64_t clusters) {
  const at::Tensor count =
      at::zeros({clusters}, at::kDouble).index_add_(0, assignment, first.new_ones(first.sizes()));
  const at::Tensor mean =
      at::zeros({clusters}, at::kDouble).index_add_(0, assignment, first) / count.clamp_min(1);
  const at::Tensor rank = at::argsort(at::argsort(mean));
  return rank.index_select(0, assignment);
}

at::Tensor aligned_scores(const at::Tensor& scores, const at::Tensor& reference) {
  const at::Tensor products = at::mm(reference.t(), scores);  // [reference's, these]
  const std::vector<int> pairs = best_pairs(products.abs());
  at::Tensor result = scores.clone();
  for (std::int64_t i = 0; i < reference.size(1); ++i) {
    const std::int64_t from = pairs[static_cast<std::size_t>(i)];
    if (from < 0 || i >= scores.size(1)) continue;
    const double sign = products[i][from].item<double>() < 0 ? -1 : 1;
    result.select(1, i).copy_(scores.select(1, from) * sign);
  }
  return result;
}

at::Tensor aligned_clusters(const at::Tensor& assignment, const at::Tensor& reference,
                            std::int64_t clusters) {
  const at::Tensor together =
      at::zeros({clusters * clusters}, at::kDouble)
          .index_add_(0, assignment * clusters + reference, at::ones({assignment.size(0)}, at::kDouble))
          .view({clusters, clusters});
  const std::vector<int> pairs = best_pairs(together);
  const std::vector<std::int64_t> numbers(pairs.begin(), pairs.end());
  return at::tensor(numbers, at::kLong).index_select(0, assignment);
}

double linear_cka(const at::Tensor& x, const at::Tensor& y) {
  const at::Tensor a = x - x.mean(0, true);
  const at::Tensor b = y - y.mean(0, true);
  // The Gram matrices of the rows give the same norms, and are smaller where there are few rows.
  const bool few = a.size(0) < std::min(a.size(1), b.size(1));
  double between = 0, of_a = 0, of_b = 0;
  if (few) {
    const at::Tensor k = at::mm(a, a.t());
    const at::Tensor l = at::mm(b, b.t());
    between = (k * l).sum().item<double>();
    of_a = squared_norm(k);
    of_b = squared_norm(l);
  } else {
    between = squared_norm(at::mm(b.t(), a));
    of_a = squared_norm(at::mm(a.t(), a));
    of_b = squared_norm(at::mm(b.t(), b));
  }
  const double norms = std::sqrt(of_a) * std::sqrt(of_b);
  return norms > 0 ? std::clamp(between / norms, 0.0, 1.0) : 0;
}

}  // namespace ibot::inspect
