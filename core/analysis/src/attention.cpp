// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/attention.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot::analysis {
namespace {

double sum_of(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += std::max(0.0F, value);
  return sum;
}

}  // namespace

std::vector<std::uint8_t> attention_mass(std::span<const float> values, double share) {
  std::vector<std::uint8_t> mask(values.size(), 0);
  const double wanted = sum_of(values) * share;
  if (!(wanted > 0)) return mask;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] > values[b]; });
  // Rounding must not ask for one patch more than a share that is met exactly.
  const double enough = wanted * (1 - 1e-6);
  double held = 0;
  for (const std::size_t i : order) {
    if (held >= enough || !(values[i] > 0)) break;
    mask[i] = 1;
    held += values[i];
  }
  return mask;
}

double attention_entropy(std::span<const float> values) {
  const double sum = sum_of(values);
  if (!(sum > 0)) return 0;
  double entropy = 0;
  for (const float value : values) {
    const double share = value / sum;
    if (share > 0) entropy -= share * std::log(share);
  }
  return std::max(0.0, entropy);
}

double attention_distance(std::span<const float> values, int rows, int columns, int row, int column) {
  const double sum = sum_of(values);
  if (!(sum > 0)) return 0;
  const auto over_patches = [&](const auto& what) {
    double total = 0;
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c) {
        const auto at =
            static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
        total += std::max(0.0F, values[at]) * what(r, c);
      }
    }
    return total / sum;
  };
  double y = row;
  double x = column;
  if (row < 0) {
    y = over_patches([](int r, int) { return static_cast<double>(r); });
    x = over_patches([](int, int c) { return static_cast<double>(c); });
  }
  return over_patches([&](int r, int c) { return std::hypot(r - y, c - x); });
}

}  // namespace ibot::analysis
