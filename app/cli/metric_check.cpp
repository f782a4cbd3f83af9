// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric_check.h"

#include <ibot/base/text.h>
#include <ibot/compare/metric.h>
#include <ibot/plan/plugin_info.h>

#include <algorithm>
#include <iostream>
#include <optional>

namespace ibot::cli {
namespace {

using base::ErrorCode;

std::vector<std::string> evaluators() {
  const auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  std::vector<std::string> ids;
  for (const plan::PluginInfo& info : plan::usable_plugins(loader)) {
    if (info.kind == plugin::Kind::Evaluator) ids.push_back(info.id);
  }
  return ids;
}

base::Status check_direction(const std::string& metric, std::optional<compare::Direction> direction) {
  if (direction || compare::usual_direction(metric)) return {};
  return base::Error{ErrorCode::InvalidArgument,
                     base::str("whether ", base::quote_untrusted(metric),
                               " is better when it is higher or lower is not known"),
                     "higher or lower", "Say so with --better, if it is the name of a metric"};
}

}  // namespace

base::Status check_metric(std::span<const compare::RunData> runs, const std::string& metric,
                          const std::string& better) {
  std::optional<compare::Direction> direction;
  if (better == "higher") direction = compare::Direction::HigherIsBetter;
  if (better == "lower") direction = compare::Direction::LowerIsBetter;
  const bool measured = !compare::metric_names(runs).empty();
  const auto chosen = compare::choose_metric(runs, metric, direction);
  if (chosen) return {};
  if (measured && chosen.error().code != ErrorCode::NotFound) return chosen.error();
  // Of an evaluator: it can evaluate them yet.
  if (const std::size_t slash = metric.find('/'); slash != std::string::npos) {
    const std::vector<std::string> known = evaluators();
    const std::string evaluator = metric.substr(0, slash);
    if (std::find(known.begin(), known.end(), evaluator) != known.end()) {
      IBOT_CHECK_OK(check_direction(metric, direction));
      std::cerr << "note: none of the runs has a value of " << metric << " yet\n";
      return {};
    }
    if (measured) return chosen.error();
    const auto nearest = base::nearest_name(evaluator, known);
    return base::Error{ErrorCode::NotFound,
                       base::str("there is no evaluator ", base::quote_untrusted(evaluator), " for ",
                                 base::quote_untrusted(metric)),
                       base::join_choices(known), nearest ? "Did you mean " + *nearest + "?" : std::string()};
  }
  if (measured) return chosen.error();
  return check_direction(metric, direction);
}

CLI::Validator some_text() {
  return CLI::Validator(
      [](std::string& text) { return std::string(text.empty() ? "nothing was named" : ""); }, "");
}

}  // namespace ibot::cli
