// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <string>
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

}  // namespace ibot::cli
