// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <string>
#include <string_view>
#include <vector>

namespace ibot::cli {

struct EvaluationRequest {
  std::string protocol = "knn";
  std::string network = "teacher";
  std::vector<std::string> overrides;  ///< key=value of the protocol
  std::int64_t step = -1;              ///< a saved step; the newest if negative
  bool baseline = false;               ///< raw pixels or colours too
};

/// Evaluates a saved network of a run by a protocol; records nothing. The protocol's parameters are those of
/// the run's own evaluator of that name, where it has one, with the overrides; they are checked like those of
/// a recipe.
base::Result<std::vector<record::Evaluation>> evaluate_run(OpenedRun& opened,
                                                           const EvaluationRequest& request);

/// Whether an evaluator's settings say that it has classified the very pictures that it knew the labels of.
/// Then each finds itself, and the figure says nothing about other pictures.
bool evaluates_known_pictures(const std::string& settings_json);
/// What is said then, as a sentence.
inline constexpr std::string_view kKnownPictures =
    "the pictures that are classified are those whose labels are known: each finds itself among its "
    "neighbours, and the figure says nothing about other pictures";

}  // namespace ibot::cli
