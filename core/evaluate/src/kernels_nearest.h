// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>

namespace ibot::evaluate {

/// For each query the `k` rows with the largest dot products, largest first, of equal ones the first row
/// first.
///   queries [Q, D], rows [M, D] with M >= k, of one dtype and device -> values [Q, k], indices int64 [Q, k].
///
/// On the CPU products are made in tiles that stay in the cache, and what a tile says is compared with the
/// smallest value that is still kept, instead of ordering all M of a query. A product that is not a number is
/// never kept; where fewer than k are left, the rest is row 0 with minus infinity.
std::pair<at::Tensor, at::Tensor> nearest_rows(const at::Tensor& queries, const at::Tensor& rows,
                                               std::int64_t k);

}  // namespace ibot::evaluate
