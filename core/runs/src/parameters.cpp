// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/runs/parameters.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace ibot::runs {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

// The text of a scalar; nested values are no parameters.
bool scalar_text(const nlohmann::json& value, std::string& text) {
  if (value.is_string()) {
    text = value.get_ref<const std::string&>();
  } else if (value.is_boolean()) {
    text = value.get<bool>() ? "true" : "false";
  } else if (value.is_number_float()) {
    text = base::format_number(value.get<double>());
  } else if (value.is_number()) {
    text = value.dump();
  } else {
    return false;
  }
  return true;
}

bool to_parameter(const nlohmann::json& value, Parameter& parameter) {
  parameter.number = value.is_number() ? value.get<double>() : kNoNumber;
  if (!value.is_array()) return scalar_text(value, parameter.text);
  parameter.text = "[";
  for (const nlohmann::json& item : value) {
    std::string text;
    if (!scalar_text(item, text)) return false;
    if (parameter.text.size() > 1) parameter.text += ", ";
    parameter.text += text;
  }
  parameter.text += "]";
  return true;
}

}  // namespace

base::Result<Parameters> flatten_plan(std::string_view plan_json) {
  const auto json = nlohmann::json::parse(plan_json, nullptr, false);
  if (json.is_discarded()) {
    return base::Error{base::ErrorCode::Corrupt, "the plan of a run is no JSON", "", ""};
  }
  Parameters parameters;
  if (!json.is_object()) return parameters;
  const auto values = json.find("values");
  const auto origins = json.find("origins");
  const auto written = [&](const std::string& key) {
    return origins != json.end() && origins->is_object() && origins->contains(key);
  };
  if (values != json.end() && values->is_object()) {
    for (const auto& [key, value] : values->items()) {
      Parameter parameter{key, {}, kNoNumber, written(key)};
      if (to_parameter(value, parameter)) parameters.push_back(std::move(parameter));
    }
  }
  const auto plugins = json.find("plugins");
  if (plugins != json.end() && plugins->is_object()) {
    for (const auto& [path, plugin] : plugins->items()) {
      if (!plugin.is_object()) continue;
      const auto version = plugin.find("version");
      if (version == plugin.end() || !version->is_string()) continue;
      parameters.push_back({path + ".version", version->get<std::string>(), kNoNumber, false});
    }
  }
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const Parameter& a, const Parameter& b) { return a.key < b.key; });
  // A value of the plan that is called "version" stands before the plugin's.
  const auto last = std::unique(parameters.begin(), parameters.end(),
                                [](const Parameter& a, const Parameter& b) { return a.key == b.key; });
  parameters.erase(last, parameters.end());
  parameters.shrink_to_fit();
  return parameters;
}

const Parameter* find(const Parameters& parameters, std::string_view key) {
  const auto found = std::lower_bound(parameters.begin(), parameters.end(), key,
                                      [](const Parameter& p, std::string_view k) { return p.key < k; });
  return found != parameters.end() && found->key == key ? &*found : nullptr;
}

std::vector<EvaluationValue> newest_values(const std::vector<record::Evaluation>& evaluations) {
  std::map<std::pair<std::string, std::string>, const record::Evaluation*> newest;
  for (const record::Evaluation& row : evaluations) {
    const record::Evaluation*& known = newest[{row.protocol + "/" + row.metric, row.network}];
    if (known == nullptr || std::pair(row.step, row.time) >= std::pair(known->step, known->time))
      known = &row;
  }
  std::vector<EvaluationValue> values;
  values.reserve(newest.size());
  for (const auto& [key, row] : newest) values.push_back({key.first, key.second, row->step, row->value});
  return values;
}

}  // namespace ibot::runs
