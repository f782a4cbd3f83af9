// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/metric.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ibot::compare {
namespace {

using base::ErrorCode;
using base::str;

constexpr std::string_view kTeacher = "@teacher";
constexpr std::string_view kStep = "step:";

std::string full_name(const record::Evaluation& row) {
  return row.protocol + "/" + row.metric + "@" + row.network;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

base::Result<std::string> complete_name(const std::vector<std::string>& names, std::string_view wanted) {
  if (names.empty())
    return base::Error{ErrorCode::NotFound, "none of the runs has a metric or an evaluation", "",
                       "`ibot eval RUN` evaluates a run"};
  if (wanted.empty()) {
    for (const char* usual : {"knn/top1@teacher", "knn/top1_k20@teacher"}) {
      if (contains(names, usual)) return std::string(usual);
    }
    const auto evaluation = std::find_if(names.begin(), names.end(),
                                         [](const std::string& name) { return name.ends_with(kTeacher); });
    if (evaluation != names.end()) return *evaluation;
    return contains(names, "loss") ? std::string("loss") : names.front();
  }
  // An evaluation knows its settings; a curve of the same name does not.
  const std::string of_teacher = std::string(wanted) + std::string(kTeacher);
  if (contains(names, of_teacher)) return of_teacher;
  if (contains(names, wanted)) return std::string(wanted);
  const auto nearest = base::nearest_name(wanted, names);
  std::vector<std::string> some(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 12)));
  return base::Error{ErrorCode::NotFound, "none of the runs has the metric " + base::quote_untrusted(wanted),
                     base::join_choices(some), nearest ? "Did you mean " + *nearest + "?" : ""};
}

// The row that counts, and if there is none, the newest step at which there is one.
struct Found {
  const record::Evaluation* row = nullptr;
  std::int64_t newest = -1;
};

Found find_row(const RunData& data, const std::string& name, std::int64_t step) {
  Found found;
  for (const record::Evaluation& row : data.evaluations) {
    if (full_name(row) != name) continue;
    found.newest = std::max(found.newest, row.step);
    if (row.step == step && (found.row == nullptr || row.time >= found.row->time)) found.row = &row;
  }
  return found;
}

// Evaluations carry the network's name, training metrics none.
bool is_evaluation(const std::string& name) {
  return name.find('@') != std::string::npos;
}

std::string none_at(const MetricChoice& choice, std::int64_t step, std::int64_t newest) {
  std::string text = str("has no ", choice.name, " at step ", base::format_count(step));
  if (newest >= 0) text += str("; the newest is of step ", base::format_count(newest));
  return text;
}

base::Result<RunValue> curve_value(record::Reader& reader, const RunData& data, const MetricChoice& choice,
                                   std::int64_t step) {
  RunValue value;
  value.step = step;
  IBOT_TRY(const auto names, reader.metric_names(data.run.id));
  if (!contains(names, choice.name)) {
    value.why_not = "has no " + choice.name;
    return value;
  }
  if (choice.rule.step) {
    IBOT_TRY(const auto points, reader.curve(data.run.id, choice.name, step - 1, 1));
    if (!points.empty() && points.front().step == step) value.value = points.front().value;
  } else {
    // Curves are written every so many steps: their last point is that of the end.
    for (const record::LastValue& last : data.run.last_values) {
      if (last.name != choice.name) continue;
      value.value = last.value;
      value.step = last.step;
    }
  }
  if (!value.value) value.why_not = none_at(choice, step, -1);
  return value;
}

base::Result<RunValue> value_of(record::Reader& reader, const RunData& data, const MetricChoice& choice) {
  RunValue value;
  if (!choice.rule.step && data.status.state != record::State::Completed) {
    value.why_not = str("has not reached its end: ", data.status.text);
    return value;
  }
  const std::int64_t step = choice.rule.step.value_or(data.run.step);
  if (is_evaluation(choice.name)) {
    const Found found = find_row(data, choice.name, step);
    value.step = step;
    if (found.row != nullptr) {
      value.value = found.row->value;
      value.settings_json = found.row->settings_json;
    } else {
      value.why_not = none_at(choice, step, found.newest);
    }
  } else {
    IBOT_TRY(value, curve_value(reader, data, choice, step));
  }
  if (value.value && !std::isfinite(*value.value)) {
    value.why_not = str("its ", choice.name, " is not finite");
    value.value.reset();
  }
  return value;
}

}  // namespace

std::string CheckpointRule::to_text() const {
  return step ? str(kStep, *step) : std::string("last");
}

std::string CheckpointRule::explain() const {
  return step ? str("at step ", base::format_count(*step), " of every run")
              : std::string("at the planned end of every run");
}

base::Result<CheckpointRule> CheckpointRule::parse(std::string_view text) {
  CheckpointRule rule;
  if (text == "last") return rule;
  if (text.starts_with(kStep)) {
    const auto step = base::parse_int(text.substr(kStep.size()));
    if (step && *step >= 0) {
      rule.step = step;
      return rule;
    }
  }
  return base::Error{
      ErrorCode::InvalidArgument, "the rule " + base::quote_untrusted(text) + " names no moment of a run",
      "last or step:N", "The best of a run is no rule: it would reward whoever looks more often"};
}

std::vector<std::string> metric_names(std::span<const RunData> runs) {
  std::set<std::string> names;
  for (const RunData& data : runs) {
    for (const record::Evaluation& row : data.evaluations) names.insert(full_name(row));
    for (const record::LastValue& last : data.run.last_values) names.insert(last.name);
  }
  return {names.begin(), names.end()};
}

std::optional<Direction> usual_direction(std::string_view metric) {
  std::string name(metric.substr(0, metric.find('@')));
  std::replace(name.begin(), name.end(), '/', '_');
  const std::vector<std::string> words = base::split(name, '_');
  const auto says = [&](const char* word) { return contains(words, word); };
  for (const char* word : {"top1", "top5", "nmi", "accuracy", "miou", "map", "recall", "ari"}) {
    if (says(word)) return Direction::HigherIsBetter;
  }
  for (const char* word : {"loss", "error", "seconds"}) {
    if (says(word)) return Direction::LowerIsBetter;
  }
  return std::nullopt;
}

base::Result<MetricChoice> choose_metric(std::span<const RunData> runs, std::string_view name,
                                         std::optional<Direction> direction, const CheckpointRule& rule) {
  MetricChoice choice;
  IBOT_TRY(choice.name, complete_name(metric_names(runs), name));
  choice.rule = rule;
  if (!direction) direction = usual_direction(choice.name);
  if (!direction) {
    return base::Error{ErrorCode::InvalidArgument,
                       str("whether ", choice.name, " is better when it is higher or lower is not known"),
                       "higher or lower", "Say so with --better"};
  }
  choice.direction = *direction;
  return choice;
}

base::Result<std::vector<std::int64_t>> steps_of_metric(record::Reader& reader, std::span<const RunData> runs,
                                                        const std::string& metric) {
  constexpr std::size_t kMostCurves = 16;  // what one has the others have, mostly
  std::set<std::int64_t> steps;
  std::size_t curves = 0;
  for (const RunData& data : runs) {
    if (is_evaluation(metric)) {
      for (const record::Evaluation& row : data.evaluations) {
        if (full_name(row) == metric) steps.insert(row.step);
      }
      continue;
    }
    IBOT_TRY(const auto names, reader.metric_names(data.run.id));
    if (!contains(names, metric) || ++curves > kMostCurves) continue;
    IBOT_TRY(const auto points, reader.curve(data.run.id, metric));
    for (const record::CurvePoint& point : points) steps.insert(point.step);
  }
  return std::vector<std::int64_t>(steps.begin(), steps.end());
}

std::string describe_steps(std::span<const std::int64_t> steps, std::optional<std::int64_t> wanted) {
  constexpr std::size_t kMostNamed = 8;
  if (steps.empty()) return {};
  if (steps.size() <= kMostNamed) {
    std::vector<std::string> names;
    for (const std::int64_t step : steps) names.push_back(base::format_count(step));
    return (names.size() == 1 ? "step " : "steps ") + base::join_choices(names);
  }
  const std::int64_t gap = steps[1] - steps[0];
  bool even = true;
  for (std::size_t i = 1; i < steps.size(); ++i) even = even && steps[i] - steps[i - 1] == gap;
  std::string text =
      even ? gap == 1 ? std::string("every step") : str("every ", base::format_count(gap), " steps")
           : str(base::format_count(static_cast<std::int64_t>(steps.size())), " steps");
  text += str(" from ", base::format_count(steps.front()), " to ", base::format_count(steps.back()));
  if (!wanted) return text;
  const auto after = std::lower_bound(steps.begin(), steps.end(), *wanted);
  if (after == steps.begin() || after == steps.end()) return text;
  return text + str("; nearest to ", base::format_count(*wanted), " are ", base::format_count(*(after - 1)),
                    " and ", base::format_count(*after));
}

base::Result<std::vector<RunValue>> read_values(record::Reader& reader, std::span<const RunData> runs,
                                                const MetricChoice& choice) {
  std::vector<RunValue> values;
  values.reserve(runs.size());
  for (const RunData& data : runs) {
    IBOT_TRY(RunValue value, value_of(reader, data, choice));
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace ibot::compare
