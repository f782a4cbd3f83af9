// SPDX-License-Identifier: GPL-3.0-or-later
#include "sizes.h"

namespace ibot::plan {

double head_parameters(const nn::HeadOptions& options, std::int64_t dim, bool shared) {
  const auto width = static_cast<double>(dim);
  const auto hidden = static_cast<double>(options.hidden_dim);
  const auto bottleneck = static_cast<double>(options.bottleneck_dim);
  const auto out = static_cast<double>(options.out_dim);
  const auto patch_out = static_cast<double>(options.patch_out_dim);
  const auto linear = [](double from, double to) { return from * to + to; };

  const bool has_bottleneck = options.bottleneck_dim > 0;
  const double end = has_bottleneck ? bottleneck : out;
  double count = 0;
  double from = width;
  for (std::int64_t i = 1; i < options.layers; ++i) {
    count += linear(from, hidden);
    from = hidden;
  }
  count += linear(from, end);
  // One norm object serves every hidden position; the norm of the logits has no parameters.
  if (options.norm != "none" && options.layers > 1) count += 2 * hidden;
  if (has_bottleneck) {
    // weight_v [K, bottleneck] and weight_g [K, 1]
    count += out * (bottleneck + 1);
    if (!shared) count += patch_out * (bottleneck + 1);
  } else if (!shared) {
    count += linear(hidden, patch_out);
  }
  return count;
}

}  // namespace ibot::plan
