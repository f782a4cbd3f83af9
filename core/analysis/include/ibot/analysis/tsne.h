// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ibot::analysis {

/// Exact t-SNE into the plane (van der Maaten and Hinton 2008), O(M^2) an iteration.
struct TsneOptions {
  double perplexity = 30;
  int iterations = 500;
  int exaggerated = 250;  ///< of these: P times `exaggeration`, momentum 0.5; then 1 and 0.8
  double exaggeration = 12;
  double learning_rate = 0;  ///< 0: max(M / exaggeration / 4, 50) (Belkina et al. 2019)
  int threads = 2;           ///< changes no bit of the result
  static constexpr std::size_t kMostPoints = 5000;
};

struct TsneResult {
  std::vector<float> points;  ///< [M, 2]
  double objective = 0;       ///< KL(P || Q), nats
};

/// Symmetric joint probabilities: p_ij = (p_j|i + p_i|j) / 2M, Gaussian with each point's own width, found by
/// bisection so that the entropy of p_.|i is ln(perplexity). squared_distances [M, M] -> [M, M], diagonal 0,
/// sum 1. Errors: InvalidArgument (fewer than three points or more than kMostPoints, a perplexity not in
/// [1, M - 1], distances that are not finite).
IBOT_API base::Result<std::vector<float>> joint_probabilities(std::span<const float> squared_distances,
                                                              std::size_t points, double perplexity);

/// KL(P || Q) of points y [M, 2] with q_ij ~ 1 / (1 + |y_i - y_j|^2), and its gradient [M, 2]:
///   dC/dy_i = 4 sum_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2).
/// `scale` multiplies P in the gradient (early exaggeration). `gradient` may be empty.
IBOT_API double tsne_objective(std::span<const float> p, std::span<const float> y, std::span<float> gradient,
                               double scale = 1, int threads = 1);

/// Says how far it is after every iteration, and 0 now and then before the first; false ends it with
/// Cancelled. Called on the calling thread.
using TsneProgress = std::function<bool(int iteration)>;

/// From the starting points `start` [M, 2], usually the first principal components; they are scaled to a
/// standard deviation of 1e-4. Gradient descent with momentum and gains. Errors: as joint_probabilities,
/// Cancelled.
IBOT_API base::Result<TsneResult> tsne(std::span<const float> squared_distances, std::span<const float> start,
                                       const TsneOptions& options = {}, const TsneProgress& progress = {});

}  // namespace ibot::analysis
