// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <span>

namespace ibot::analysis {

/// The middle value; of an even number the mean of the two. Precondition: not empty.
IBOT_API double median(std::span<const float> values);

/// Values that lie far above the rest: beyond median + factor * 1.4826 * median absolute deviation, which for
/// a normal distribution is `factor` standard deviations. Outliers themselves do not move the threshold.
struct Outliers {
  double median = 0;
  double threshold = 0;
  std::int64_t count = 0;
};
/// Precondition: not empty.
IBOT_API Outliers find_outliers(std::span<const float> values, double factor);

}  // namespace ibot::analysis
