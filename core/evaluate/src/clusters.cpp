// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/evaluate/clusters.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/xlogy.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace ibot::evaluate {
namespace {

// Squared distances of points [M, D] to one centre [D]: |x|^2 - 2 x c + |c|^2 reads the points once, where
// their differences would be written and read again, which for many points takes most of the time.
at::Tensor distances_to(const at::Tensor& points, const at::Tensor& lengths, const at::Tensor& centre) {
  return (lengths - 2 * at::mv(points, centre) + centre.square().sum()).clamp_min(0);
}

at::Tensor seed_centres(const at::Tensor& points, std::int64_t k, base::RandomStream& random) {
  at::Tensor centres = at::zeros({k, points.size(1)}, points.options());
  const auto count = static_cast<std::uint64_t>(points.size(0));
  centres.select(0, 0).copy_(points.select(0, static_cast<std::int64_t>(random.below(count))));
  const at::Tensor lengths = points.square().sum(1);
  at::Tensor nearest = distances_to(points, lengths, centres.select(0, 0));
  for (std::int64_t i = 1; i < k; ++i) {
    const at::Tensor cumulative = at::cumsum(nearest.to(at::kDouble), 0);
    const double total = cumulative.select(0, -1).item<double>();
    const at::Tensor target = at::zeros({1}, at::kDouble).fill_(random.uniform() * total);
    const auto chosen =
        std::min<std::int64_t>(at::searchsorted(cumulative, target).item<std::int64_t>(), points.size(0) - 1);
    centres.select(0, i).copy_(points.select(0, chosen));
    nearest = at::minimum(nearest, distances_to(points, lengths, centres.select(0, i)));
  }
  return centres;
}

}  // namespace

base::Result<KMeansResult> k_means(const at::Tensor& points, std::int64_t k, std::uint64_t seed,
                                   int iterations) {
  const at::NoGradGuard no_grad;
  if (points.dim() != 2 || k < 1 || points.size(0) < k) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("k-means: ", k, " clusters of ", points.size(0), " points"),
                       "at least as many points as clusters", ""};
  }
  base::RandomStream random(seed, base::Purpose::Cluster, 0, static_cast<std::uint64_t>(k));
  return k_means_from(points, seed_centres(points, k, random), iterations);
}

KMeansResult k_means_from(const at::Tensor& points, const at::Tensor& centres, int iterations) {
  const at::NoGradGuard no_grad;
  const std::int64_t k = centres.size(0);
  KMeansResult result;
  result.centres = centres;
  const at::Tensor lengths = points.square().sum(1);
  at::Tensor distance;
  for (int i = 0; i < iterations; ++i) {
    // |x - c|^2 = |x|^2 - 2 x c + |c|^2; the first term does not change which centre is nearest.
    const at::Tensor scores = at::addmm(result.centres.square().sum(1), points, result.centres.t(), 1, -2);
    const auto [best, index] = scores.min(1);
    const bool settled = result.assignment.defined() && result.assignment.equal(index);
    result.assignment = index;
    distance = (best + lengths).clamp_min(0);
    result.iterations = i + 1;
    if (settled) break;
    const at::Tensor counts = at::zeros({k}, points.options()).index_add_(0, index, at::ones_like(lengths));
    at::Tensor sums = at::zeros_like(result.centres).index_add_(0, index, points);
    result.centres = sums / counts.clamp_min(1).unsqueeze(1);
    const at::Tensor empty = counts.eq(0).nonzero().flatten();
    if (empty.numel() > 0) {
      const at::Tensor farthest = std::get<1>(distance.topk(empty.numel()));
      result.centres.index_copy_(0, empty, points.index_select(0, farthest));
    }
  }
  result.inertia = distance.mean().item<double>();
  return result;
}

double normalized_mutual_information(const at::Tensor& a, const at::Tensor& b) {
  const std::int64_t rows = a.max().item<std::int64_t>() + 1;
  const std::int64_t cols = b.max().item<std::int64_t>() + 1;
  const at::Tensor joint = at::zeros({rows * cols}, at::kDouble)
                               .index_add_(0, a * cols + b, at::ones({a.numel()}, at::kDouble))
                               .view({rows, cols}) /
                           static_cast<double>(a.numel());
  const auto entropy = [](const at::Tensor& p) { return -at::xlogy(p, p).sum().item<double>(); };
  const double first = entropy(joint.sum(1));
  const double second = entropy(joint.sum(0));
  const double mutual = first + second - entropy(joint);
  const double mean = 0.5 * (first + second);
  return mean <= 0 ? 1.0 : std::max(0.0, mutual / mean);
}

}  // namespace ibot::evaluate
