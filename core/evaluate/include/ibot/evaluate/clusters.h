// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ibot::evaluate {

struct KMeansResult {
  at::Tensor centres;     ///< [k, D]
  at::Tensor assignment;  ///< int64 [M]
  double inertia = 0;     ///< mean squared distance to the nearest centre
  int iterations = 0;
};

/// Lloyd's k-means with k-means++ seeding (Arthur and Vassilvitskii 2007), draws keyed by (seed,
/// Purpose::Cluster). An empty cluster takes the point that lies farthest from its centre. points [M, D]
/// fp32. Errors: InvalidArgument (fewer points than clusters).
IBOT_API base::Result<KMeansResult> k_means(const at::Tensor& points, std::int64_t k, std::uint64_t seed,
                                            int iterations = 30);

/// The same from given centres [k, D]. Precondition: at least as many points as centres.
IBOT_API KMeansResult k_means_from(const at::Tensor& points, const at::Tensor& centres, int iterations = 30);

/// Normalised mutual information of two labelings, arithmetic mean in the denominator (as scikit-learn's
/// default), in [0, 1]; 1 if both have one cluster. int64 [M] each, values from 0.
IBOT_API double normalized_mutual_information(const at::Tensor& a, const at::Tensor& b);

}  // namespace ibot::evaluate
