// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ibot::inspect {

/// The first principal components of rows, fp64 throughout: eigenvectors of nearly equal values would
/// otherwise turn with the number of threads.
struct Components {
  at::Tensor scores;     ///< [M, c] in standard deviations; signs lean to the positive side (third moment)
  at::Tensor axes;       ///< [D, c] of unit length, with these signs
  at::Tensor mean;       ///< [1, D]
  at::Tensor explained;  ///< [c], shares of the variance
};
/// rows [M, D]; c = min(count, D). Precondition: M > 0.
Components components_of(const at::Tensor& rows, std::int64_t count);

/// New numbers for clusters, ascending in the mean of the first component. assignment int64 [M], first [M].
at::Tensor ordered_clusters(const at::Tensor& assignment, const at::Tensor& first, std::int64_t clusters);

/// The columns of `scores` in the order and with the signs that fit `reference` best, both [M, c]: largest
/// sum of correlations without regard to sign.
at::Tensor aligned_scores(const at::Tensor& scores, const at::Tensor& reference);

/// New numbers for clusters such that as many rows as possible keep their number in `reference`.
at::Tensor aligned_clusters(const at::Tensor& assignment, const at::Tensor& reference, std::int64_t clusters);

/// Linear CKA (Kornblith et al. 2019) of x [M, D] and y [M, E], columns centred here:
///   |y^T x|^2 / (|x^T x| |y^T y|), Frobenius norms; 0 where one of them does not vary.
double linear_cka(const at::Tensor& x, const at::Tensor& y);

}  // namespace ibot::inspect
