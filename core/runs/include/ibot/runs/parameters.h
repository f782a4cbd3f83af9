// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/liveness.h>
#include <ibot/record/rows.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::runs {

/// One value of a run's plan.
struct Parameter {
  std::string key;       ///< full: "optimizer.lr", "mask.plugin", "losses.ibot_cls.version"
  std::string text;      ///< on one line: 0.0005, [0.0, 0.3], block, true
  double number = 0;     ///< NaN where the value is no number
  bool changed = false;  ///< somebody wrote it: not the default

  friend bool operator==(const Parameter& a, const Parameter& b) {
    return a.key == b.key && a.text == b.text && a.changed == b.changed;
  }
};
/// Ascending by key.
using Parameters = std::vector<Parameter>;

/// The values of a plan as the record keeps it (PlanSegment::plan_json). Untrusted input: what is not of the
/// expected form is left out. Error: Corrupt if the text is no JSON at all.
IBOT_API base::Result<Parameters> flatten_plan(std::string_view plan_json);

/// nullptr if there is none of that key.
IBOT_API const Parameter* find(const Parameters& parameters, std::string_view key);

/// The newest value of one figure of an evaluation.
struct EvaluationValue {
  std::string name;     ///< "knn/top1"
  std::string network;  ///< "teacher", "raw_pixels"
  std::int64_t step = 0;
  double value = 0;

  /// "knn/top1@teacher".
  std::string full_name() const { return name + "@" + network; }
  bool operator==(const EvaluationValue&) const = default;
};

/// The newest of each figure and network, ascending by name and network.
IBOT_API std::vector<EvaluationValue> newest_values(const std::vector<record::Evaluation>& evaluations);

/// What the filter looks at in one run; a view on what somebody else holds.
struct RunFacts {
  const record::Run* run = nullptr;                           ///< never null
  const record::EffectiveStatus* status = nullptr;            ///< never null
  const Parameters* parameters = nullptr;                     ///< nullptr: not read (yet)
  const std::vector<EvaluationValue>* evaluations = nullptr;  ///< nullptr: not read (yet)
  std::string_view folder;
  std::int64_t notes = 0;
};

}  // namespace ibot::runs
