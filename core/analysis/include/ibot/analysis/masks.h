// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ibot::analysis {

/// Intersection over union (Jaccard index) of two masks, non-zero = inside; 0 if both are empty.
/// Precondition: same length.
IBOT_API double intersection_over_union(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

/// A map of numbers and the region that it should show.
struct MapAndRegion {
  std::span<const float> values;         ///< [N]
  std::span<const std::uint8_t> region;  ///< [N], non-zero = inside
};

/// One threshold for all maps, "values >= threshold", that makes the mean IoU with their regions largest,
/// among `candidates` thresholds spread evenly over the values' range.
struct BestThreshold {
  double threshold = 0;
  std::vector<double> ious;  ///< of each map
  IBOT_API double mean() const;
};
IBOT_API BestThreshold best_threshold(std::span<const MapAndRegion> maps, int candidates = 100);

/// IoU of a region with a box of its area, and of the picture's aspect, in the picture's middle.
IBOT_API double centred_box_iou(std::span<const std::uint8_t> region, int width, int height);

/// Share of points whose class is the most frequent one of their cluster, in [0, 1]. Labels from 0.
/// Precondition: same length, not empty.
IBOT_API double purity(std::span<const std::int64_t> clusters, std::span<const std::int64_t> classes);

}  // namespace ibot::analysis
