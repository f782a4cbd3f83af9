// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ibot::evaluate {

struct KnnResult {
  std::int64_t k = 0;
  double top1 = 0;         ///< percent
  double top5 = 0;         ///< percent; classes of equal weight count in the order of their number
  at::Tensor predictions;  ///< int64 [Q]
};

/// Weighted k-nearest-neighbour classification (evaluation/eval_knn.py::knn_classifier; spec 2.1): for each
/// query the k largest dot products, weight exp(s / T), summed per class. Computes in the dtype of the
/// features, query block by query block, so that memory stays bounded.
///   train [M, D], test [Q, D]: rows of length 1, float or double; labels int64 [M], [Q], below `classes`. Of
///   equal products the earlier row of `train` is nearer; one that is not a number is nobody's neighbour.
/// Errors: InvalidArgument (shapes, a k above M, labels out of range).
IBOT_API base::Result<std::vector<KnnResult>> knn_classify(const at::Tensor& train,
                                                           const at::Tensor& train_labels,
                                                           const at::Tensor& test,
                                                           const at::Tensor& test_labels,
                                                           const std::vector<std::int64_t>& k,
                                                           double temperature, std::int64_t classes);

}  // namespace ibot::evaluate
