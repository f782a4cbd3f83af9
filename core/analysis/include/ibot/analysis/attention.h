// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <span>
#include <vector>

namespace ibot::analysis {

/// The fewest patches that together hold at least `share` of a map's sum, 1 for each (DINO's and iBOT's
/// figures: 0.6). Of equal values the earlier patch comes first. share <= 0: none; values that are not
/// positive are never taken. values [N] -> [N].
IBOT_API std::vector<std::uint8_t> attention_mass(std::span<const float> values, double share);

/// Entropy in nats of a map's values as shares of their sum: 0 for one patch, ln N for a uniform map. 0 if
/// the sum is not positive.
IBOT_API double attention_entropy(std::span<const float> values);

/// Mean distance, in patches, of attended patches from a place, weighed by attention. values
/// [rows * columns]; a negative row: from the map's own centre of mass. 0 if the sum is not positive.
IBOT_API double attention_distance(std::span<const float> values, int rows, int columns, int row, int column);

}  // namespace ibot::analysis
