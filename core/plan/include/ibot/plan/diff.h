// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <optional>
#include <string>
#include <vector>

namespace ibot::plan {

/// One key in which two plans differ.
struct IBOT_API Difference {
  std::string key;
  std::optional<PlanValue> a, b;  ///< nothing where a plan has no such key (another plugin)
};

/// Only what differs, sorted by key; the version of a plugin counts as a value of "<section>.version". Name
/// and notes are compared too.
IBOT_API std::vector<Difference> diff(const Plan& a, const Plan& b);

/// "optimizer.lr: 0.0005 (default) -> 0.001 (small.yaml:12)", a line each.
IBOT_API std::string to_text(const std::vector<Difference>& differences);
IBOT_API nlohmann::json to_json(const std::vector<Difference>& differences);

}  // namespace ibot::plan
