// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/compare/run_data.h>
#include <ibot/compare/verdict.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// Which moment of a run counts. Chosen before one knows the values, the same for every run; never the best.
struct IBOT_API CheckpointRule {
  /// Nothing: the planned end, which the run must have reached.
  std::optional<std::int64_t> step;

  /// "last" or "step:1000"; read again it is the same.
  std::string to_text() const;
  /// A sentence for people.
  std::string explain() const;
  /// Errors: InvalidArgument, naming what is possible.
  static base::Result<CheckpointRule> parse(std::string_view text);
  bool operator==(const CheckpointRule&) const = default;
};

/// What runs are judged by.
struct MetricChoice {
  std::string name;  ///< "knn/top1@teacher", "loss"
  Direction direction = Direction::HigherIsBetter;
  CheckpointRule rule;
};

/// All that any of the runs was measured by, ascending: evaluations as "knn/top1@teacher", and training
/// metrics.
IBOT_API std::vector<std::string> metric_names(std::span<const RunData> runs);

/// By the name's end: top1, top5, nmi, ... are better when higher, losses and errors when lower; nothing
/// where that is not known.
IBOT_API std::optional<Direction> usual_direction(std::string_view metric);

/// Completes a name ("knn/top1" is the teacher's) and finds its direction. An empty name: the first that
/// there is of k-NN's top1, another evaluation of the teacher, the loss. Errors: NotFound with the nearest
/// name, InvalidArgument (the direction is not known and was not given).
IBOT_API base::Result<MetricChoice> choose_metric(std::span<const RunData> runs, std::string_view name,
                                                  std::optional<Direction> direction,
                                                  const CheckpointRule& rule = {});

/// What a run has of a metric at the moment that the rule names.
struct RunValue {
  std::optional<double> value;
  std::int64_t step = 0;
  std::string settings_json;  ///< of the evaluation
  std::string why_not;        ///< why there is no value, in words
};
/// One a run. Errors: those of the reader.
IBOT_API base::Result<std::vector<RunValue>> read_values(record::Reader& reader,
                                                         std::span<const RunData> runs,
                                                         const MetricChoice& choice);

/// The steps at which any of the runs has a value of a metric (its full name), ascending. Errors: those of
/// the reader.
IBOT_API base::Result<std::vector<std::int64_t>> steps_of_metric(record::Reader& reader,
                                                                 std::span<const RunData> runs,
                                                                 const std::string& metric);

/// The same for people, ascending `steps` given: "steps 10, 20 or 30", "every 10 steps from 10 to 7,400;
/// nearest to 51 are 50 and 60". Empty where there are none.
IBOT_API std::string describe_steps(std::span<const std::int64_t> steps,
                                    std::optional<std::int64_t> wanted = {});

}  // namespace ibot::compare
