// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_nearest.h"

#include <ibot/base/text.h>
#include <ibot/evaluate/knn.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace ibot::evaluate {

base::Result<std::vector<KnnResult>> knn_classify(const at::Tensor& train, const at::Tensor& train_labels,
                                                  const at::Tensor& test, const at::Tensor& test_labels,
                                                  const std::vector<std::int64_t>& k, double temperature,
                                                  std::int64_t classes) {
  const at::NoGradGuard no_grad;
  if (train.dim() != 2 || test.dim() != 2 || train.size(1) != test.size(1) || train.size(0) == 0 ||
      test.size(0) == 0 || train_labels.numel() != train.size(0) || test_labels.numel() != test.size(0)) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("k-NN: features of ", train.sizes(), " and ", test.sizes(), " with ",
                                 train_labels.numel(), " and ", test_labels.numel(), " labels"),
                       "[M, D] and [Q, D] with M and Q labels, none empty", ""};
  }
  const std::int64_t largest = *std::max_element(k.begin(), k.end());
  if (largest > train.size(0) || *std::min_element(k.begin(), k.end()) < 1) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("k-NN: k of ", largest, " with ", train.size(0), " pictures"),
                       "k from 1 to the number of labelled pictures", ""};
  }
  for (const at::Tensor& labels : {train_labels, test_labels}) {
    if (labels.min().item<std::int64_t>() < 0 || labels.max().item<std::int64_t>() >= classes) {
      return base::Error{base::ErrorCode::InvalidArgument, "k-NN: a label is out of range",
                         base::str("0 to ", classes - 1), ""};
    }
  }
  std::vector<KnnResult> results;
  for (const std::int64_t value : k) results.push_back({.k = value, .top1 = 0, .top5 = 0, .predictions = {}});
  std::vector<std::vector<at::Tensor>> predictions(k.size());
  constexpr std::int64_t kBlock = 512;
  for (std::int64_t first = 0; first < test.size(0); first += kBlock) {
    const std::int64_t count = std::min(kBlock, test.size(0) - first);
    const auto [nearest, index] = nearest_rows(test.narrow(0, first, count), train, largest);
    const at::Tensor labels = train_labels.index_select(0, index.flatten()).view({count, largest});
    const at::Tensor truth = test_labels.narrow(0, first, count).unsqueeze(1);
    const at::Tensor weight = (nearest / temperature).exp();
    for (std::size_t i = 0; i < k.size(); ++i) {
      const at::Tensor sums = at::zeros({count, classes}, weight.options())
                                  .scatter_add_(1, labels.narrow(1, 0, k[i]), weight.narrow(1, 0, k[i]));
      const at::Tensor ranked = std::get<1>(sums.sort(/*stable=*/true, 1, /*descending=*/true));
      predictions[i].push_back(ranked.select(1, 0));
      const at::Tensor hits = ranked.eq(truth);
      results[i].top1 += hits.narrow(1, 0, 1).sum().item<double>();
      results[i].top5 += hits.narrow(1, 0, std::min<std::int64_t>(5, classes)).sum().item<double>();
    }
  }
  // Divided last: 151 of 500 are 30.2 %, and 151 times 0.2 is not.
  const auto pictures = static_cast<double>(test.size(0));
  for (std::size_t i = 0; i < k.size(); ++i) {
    results[i].top1 = 100.0 * results[i].top1 / pictures;
    results[i].top5 = 100.0 * results[i].top5 / pictures;
    results[i].predictions = at::cat(predictions[i]);
  }
  return results;
}

}  // namespace ibot::evaluate
