// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/masks.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace ibot::analysis {

double intersection_over_union(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  std::size_t both = 0, either = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += a[i] != 0 && b[i] != 0 ? 1 : 0;
    either += a[i] != 0 || b[i] != 0 ? 1 : 0;
  }
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

double BestThreshold::mean() const {
  double sum = 0;
  for (const double iou : ious) sum += iou;
  return ious.empty() ? 0 : sum / static_cast<double>(ious.size());
}

BestThreshold best_threshold(std::span<const MapAndRegion> maps, int candidates) {
  float low = std::numeric_limits<float>::max();
  float high = std::numeric_limits<float>::lowest();
  for (const MapAndRegion& map : maps) {
    for (const float value : map.values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const double range = static_cast<double>(high) - low;
  const int steps = std::max(1, candidates - 1);
  // How many values of a map, inside and outside its region, reach each threshold.
  struct Reached {
    std::vector<double> inside, outside;
    double area = 0;
  };
  std::vector<Reached> all;
  for (const MapAndRegion& map : maps) {
    Reached& reached = all.emplace_back();
    reached.inside.assign(static_cast<std::size_t>(steps) + 1, 0);
    reached.outside = reached.inside;
    for (std::size_t at = 0; at < map.values.size(); ++at) {
      const double share = range > 0 ? (static_cast<double>(map.values[at]) - low) / range : 1;
      const auto last =
          static_cast<std::size_t>(std::clamp(share * steps + 1e-9, 0.0, static_cast<double>(steps)));
      const bool inside = map.region[at] != 0;
      ++(inside ? reached.inside : reached.outside)[last];
      reached.area += inside ? 1 : 0;
    }
    for (std::size_t i = static_cast<std::size_t>(steps); i > 0; --i) {
      reached.inside[i - 1] += reached.inside[i];
      reached.outside[i - 1] += reached.outside[i];
    }
  }
  BestThreshold best;
  double best_mean = -1;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(steps); ++i) {
    BestThreshold tried;
    tried.threshold = low + range * static_cast<double>(i) / steps;
    for (const Reached& reached : all) {
      const double either = reached.outside[i] + reached.area;
      tried.ious.push_back(either > 0 ? reached.inside[i] / either : 0);
    }
    const double mean = tried.mean();
    if (mean > best_mean) {
      best_mean = mean;
      best = std::move(tried);
    }
  }
  return best;
}

double centred_box_iou(std::span<const std::uint8_t> region, int width, int height) {
  const auto count = static_cast<double>(
      region.size() - static_cast<std::size_t>(std::count(region.begin(), region.end(), std::uint8_t{0})));
  if (count == 0) return 0;
  const double side = std::sqrt(count / static_cast<double>(region.size()));
  const auto begin = [side](int length) { return static_cast<int>(std::lround(length * (1 - side) / 2)); };
  const int left = begin(width), top = begin(height);
  double both = 0, box = 0;
  for (int y = top; y < height - top; ++y) {
    for (int x = left; x < width - left; ++x) {
      ++box;
      both += region[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x)] != 0
                  ? 1
                  : 0;
    }
  }
  return both / (box + count - both);
}

double purity(std::span<const std::int64_t> clusters, std::span<const std::int64_t> classes) {
  std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> counts;
  for (std::size_t i = 0; i < clusters.size(); ++i) ++counts[clusters[i]][classes[i]];
  std::int64_t right = 0;
  for (const auto& [cluster, of_class] : counts) {
    std::int64_t most = 0;
    for (const auto& [name, count] : of_class) most = std::max(most, count);
    right += most;
  }
  return static_cast<double>(right) / static_cast<double>(clusters.size());
}

}  // namespace ibot::analysis
