// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Two labellings of the same points: prototypes of two networks, of one network at two moments.
namespace ibot::analysis {

struct LabelPair {
  std::int32_t first = 0, second = 0;
  std::int64_t together = 0;  ///< points that have both
  bool operator==(const LabelPair&) const = default;
};

/// Labels of both sides in pairs, each label at most once, so that as many points as possible have both
/// labels of a pair (Hungarian assignment on the table of counts); pairs that no point shares are left out,
/// those that most points share come first. Of each side the `most` most frequent labels are paired.
/// Precondition: same length.
IBOT_API std::vector<LabelPair> paired_labels(std::span<const std::int32_t> first,
                                              std::span<const std::int32_t> second, std::size_t most = 800);

/// Points of all pairs together, as a share of `points`; 0 of none.
IBOT_API double paired_share(std::span<const LabelPair> pairs, std::size_t points);

/// Share of points whose two labels are the same number; 0 of none. Precondition: same length.
IBOT_API double same_share(std::span<const std::int32_t> first, std::span<const std::int32_t> second);

/// What same_share() would be on average if one side were shuffled: sum over labels of the product of both
/// sides' shares of it.
IBOT_API double same_share_by_chance(std::span<const std::int32_t> first,
                                     std::span<const std::int32_t> second);

}  // namespace ibot::analysis
