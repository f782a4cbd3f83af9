// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/plan/places.h>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

namespace ibot::plan {
namespace {

constexpr std::string_view kPath = "path";
constexpr std::string_view kEvaluators = "evaluators";

std::string_view last_part(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

// "val_" of "evaluators.knn.val_path"; empty for "path".
std::string_view prefix_of(std::string_view key) {
  const std::string_view last = last_part(key);
  return last.substr(0, last.size() - kPath.size());
}

std::string text_of(const ResolvedSection& section, std::string_view key) {
  const auto found = section.content.values.find(key);
  if (found == section.content.values.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}

// What an evaluator takes where nobody names a place, as its help says; nothing where that is not known.
std::optional<data::DataOptions> taken_by_itself(const ResolvedSection& evaluator, std::string_view key,
                                                 const std::string& split, const data::DataOptions& own) {
  data::DataOptions where;
  if (evaluator.plugin->id == "knn" && key == "val_path") {
    where.path = data::folder_of_splits(own.path);
    where.split = split.empty() ? "val" : split;
    return where;
  }
  if (evaluator.plugin->id == "part_clusters" && key == kPath) {
    where.path = own.path;
    where.kind = own.kind;
    where.split = split;
    return where;
  }
  return std::nullopt;
}

}  // namespace

bool is_place(std::string_view key) {
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view section = key.substr(0, dot);
  if (section != "data" && section != kEvaluators) return false;
  const std::string_view last = last_part(key);
  return last == kPath || last.ends_with("_path");
}

std::string content_name(std::string_view key) {
  const std::string_view prefix = prefix_of(key);
  return prefix.empty() ? "data" : std::string(prefix.substr(0, prefix.size() - 1));
}

MissingPlaces find_missing_places(const Plan& plan) {
  MissingPlaces missing;
  const data::DataOptions own = plan.data();
  std::error_code ignored;
  // What is still to be drawn is drawn with all its splits.
  const bool beside_own =
      own.kind != "parts" && !own.path.empty() && std::filesystem::exists(own.path, ignored);
  for (const ResolvedSection& evaluator : plan.evaluators()) {
    for (const params::Definition& definition : evaluator.schema.definitions()) {
      const std::string key = params::join_path(evaluator.path, definition.key);
      if (definition.type != params::Type::Text || !is_place(key)) continue;
      const std::string split = text_of(evaluator, std::string(prefix_of(key)) + "split");
      const std::string path = text_of(evaluator, definition.key);
      std::optional<data::DataOptions> where;
      if (!path.empty()) {
        where.emplace();
        where->path = path;
        where->split = split;
      } else if (beside_own) {
        where = taken_by_itself(evaluator, definition.key, split, own);
      }
      if (!where) continue;
      if (const auto opened = data::open_dataset(*where); !opened)
        missing.emplace(key, MissingPlace{opened.error(), !path.empty()});
    }
  }
  return missing;
}

std::string asked_places(const Plan& plan) {
  std::string asked;
  for (const auto& [key, value] : plan.values()) {
    const bool evaluated =
        key.starts_with(base::str(kEvaluators, '.')) && std::holds_alternative<std::string>(value.value);
    if (evaluated || key.starts_with("data.")) asked += key + "=" + params::to_text(value.value) + "\n";
  }
  return asked;
}

params::Diagnostics place_warnings(const Plan& plan, const MissingPlaces& missing) {
  params::Diagnostics warnings;
  for (const auto& [key, place] : missing) {
    const std::string section = key.substr(0, key.rfind('.'));
    params::Diagnostic warning;
    warning.severity = params::Severity::Warning;
    warning.key = key;
    for (const std::string& each : {key, params::join_path(section, params::kPluginKey)}) {
      const auto value = plan.values().find(each);
      if (value == plan.values().end() || value->second.origin.kind == params::Origin::Kind::Default)
        continue;
      warning.where = value->second.origin;
      break;
    }
    warning.message = base::str("the pictures that ", section.substr(section.rfind('.') + 1),
                                " evaluates cannot be read here: ", place.error.message);
    warning.expected = place.error.expected;
    warning.hint = base::str(place.named ? "Name pictures that are there" : "Name them",
                             ", or take the evaluator out: without them a run ends without that figure");
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

base::Status require_places(const MissingPlaces& missing) {
  for (const auto& [key, place] : missing) {
    if (!place.named) continue;
    base::Error error = place.error.with_context(key);
    error.hint =
        "Name pictures that are there, or take the evaluator out: the run would end without its figure";
    return error;
  }
  return {};
}

}  // namespace ibot::plan
