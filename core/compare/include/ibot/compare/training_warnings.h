// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/replicates.h>
#include <ibot/compare/run_data.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What is measured while training is measured on a run's own batches by its own loss: where those are others,
// a lower number is not a better one.
namespace ibot::compare {

/// Of groups of runs, a sentence each: losses of other terms or another scale, a term that some lack, other
/// pictures, other batches. None of an evaluation. Pure, any thread.
IBOT_API std::vector<std::string> training_warnings(std::string_view metric,
                                                    std::span<const Replicates> groups,
                                                    std::span<const RunData> runs);

/// What stands in the way of a verdict on such a number, in words: other terms or weights of a loss, a term
/// that only one has, other pictures. Empty: nothing.
IBOT_API std::string training_obstacle(std::string_view metric, const RunData& run, const RunData& baseline);

}  // namespace ibot::compare
