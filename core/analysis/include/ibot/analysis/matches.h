// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ibot::analysis {

struct Match {
  int first = 0, second = 0;
  float value = 0;
  bool operator==(const Match&) const = default;
};

/// Pairs that are each other's most similar ones, most similar first; of equal similarities the earlier
/// counts. similarity [rows, columns]. Precondition: similarity.size() == rows * columns.
IBOT_API std::vector<Match> mutual_nearest(std::span<const float> similarity, std::size_t rows,
                                           std::size_t columns);

}  // namespace ibot::analysis
