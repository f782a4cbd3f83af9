// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_places.h"
#include "short_key.h"

#include <ibot/base/text.h>
#include <ibot/compare/differences.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ibot::compare {
namespace {

using base::str;

using Key = std::pair<Subject, std::string>;
using Values = std::map<Key, std::string>;

std::string short_hash(const std::string& hash) {
  return hash.substr(0, 12);
}

Subject subject_of(const RunData& data, const std::string& key) {
  if (key == "seed") return Subject::Seed;
  if (key.starts_with("data.")) return Subject::Data;
  constexpr std::string_view kVersion = ".version";
  if (key.ends_with(kVersion)) {
    const std::string section = key.substr(0, key.size() - kVersion.size());
    if (std::find(data.plugins.begin(), data.plugins.end(), section) != data.plugins.end())
      return Subject::Plugins;
  }
  return Subject::Configuration;
}

// "vit 1.0.0 0123...": the build of a plugin by the beginning of its library's hash.
std::string build_of(const std::string& text) {
  const auto parts = base::split(text, ' ');
  return parts.size() == 3 ? short_hash(parts[2]) : text;
}

// `moved`: places whose content is the same in all runs: where it lies is a matter of the machine.
Values values_of(const RunData& data, const std::vector<std::string>& moved, bool metrics) {
  Values values;
  for (const runs::Parameter& parameter : data.parameters) {
    if (parameter.key == "name" || parameter.key == "notes") continue;
    const bool moves = std::find(moved.begin(), moved.end(), parameter.key) != moved.end();
    values[{moves ? Subject::Environment : subject_of(data, parameter.key), parameter.key}] = parameter.text;
  }
  for (const auto& [name, value] : RunData::lines_of(data.texts.config))
    values[{Subject::Configuration, name}] = name == "weights" ? short_hash(value) : value;
  for (const auto& [section, value] : RunData::lines_of(data.texts.plugins))
    values[{Subject::Plugins, section + " build"}] = build_of(value);
  for (const auto& [name, value] : RunData::lines_of(data.texts.data))
    values[{Subject::Data, name}] = short_hash(value);
  for (const auto& [name, value] : RunData::lines_of(data.texts.environment))
    values[{Subject::Environment, name}] = value;
  if (data.run.parent)
    values[{Subject::Configuration, "began with"}] =
        str("step ", base::format_count(data.run.parent->step), " of ", data.run.parent->run);
  if (!data.extended.empty())
    values[{Subject::Configuration, "extended to"}] =
        str("step ", base::format_count(data.run.planned_steps));
  if (!metrics) return values;
  for (const record::LastValue& last : data.run.last_values)
    values[{Subject::Metrics, last.name}] = base::str(last.value);
  for (const runs::EvaluationValue& value : runs::newest_values(data.evaluations))
    values[{Subject::Metrics, value.full_name()}] = base::str(value.value);
  return values;
}

// A hash that differs and of which no row says why: its beginning is shown, so that the fact is not lost.
void add_unexplained(std::vector<DifferenceRow>& rows, std::span<const record::Hashes> hashes,
                     Subject subject, std::string record::Hashes::*hash) {
  const auto explained = [&](const DifferenceRow& row) { return row.subject == subject && row.differs; };
  if (std::any_of(rows.begin(), rows.end(), explained)) return;
  DifferenceRow row{subject, str("hash of the ", to_string(subject)), {}, false};
  for (const record::Hashes& each : hashes) {
    row.values.emplace_back(short_hash(each.*hash));
    row.differs = row.differs || each.*hash != hashes.front().*hash;
  }
  if (row.differs) rows.push_back(std::move(row));
}

std::string quoted(const std::optional<std::string>& value) {
  return value ? *value : "nothing";
}

std::string moved_sentence(const std::vector<std::string>& moved) {
  if (moved.empty()) return {};
  std::string keys;
  for (const std::string& key : moved) keys += (keys.empty() ? "" : ", ") + key;
  return str(" The data lies elsewhere (", keys, "), but is the same.");
}

// By how much a row tells of why: smaller is said earlier.
std::tuple<bool, bool, bool> order_of(const DifferenceRow& row, std::span<const std::string> factors) {
  const bool varied = std::any_of(factors.begin(), factors.end(), [&](const std::string& factor) {
    return row.key == factor || row.key.starts_with(factor + ".") || short_key(row.key) == factor;
  });
  return {!varied, !row.values[0] || !row.values[1], !row.key.ends_with(".plugin")};
}

}  // namespace

std::string_view to_string(Subject subject) {
  switch (subject) {
    case Subject::Configuration:
      return "configuration";
    case Subject::Plugins:
      return "plugins";
    case Subject::Data:
      return "data";
    case Subject::Seed:
      return "seed";
    case Subject::Environment:
      return "environment";
    case Subject::Metrics:
      return "metrics";
  }
  return "metrics";
}

std::vector<DifferenceRow> differences(std::span<const RunData> runs, const DifferenceOptions& options) {
  const std::vector<std::string> moved = moved_places(runs);
  std::vector<Values> all;
  std::set<Key> keys;
  for (const RunData& data : runs) {
    all.push_back(values_of(data, moved, options.metrics));
    for (const auto& [key, ignored] : all.back()) keys.insert(key);
  }
  std::vector<DifferenceRow> rows;
  for (const Key& key : keys) {
    DifferenceRow row{key.first, key.second, {}, false};
    for (const Values& values : all) {
      const auto found = values.find(key);
      row.values.push_back(found == values.end() ? std::nullopt : std::optional(found->second));
      row.differs = row.differs || row.values.back() != row.values.front();
    }
    if (row.differs || !options.only_differences) rows.push_back(std::move(row));
  }
  std::vector<record::Hashes> hashes;
  for (const RunData& data : runs) hashes.push_back(hashes_but_places(data, runs.front()));
  add_unexplained(rows, hashes, Subject::Configuration, &record::Hashes::config);
  add_unexplained(rows, hashes, Subject::Plugins, &record::Hashes::plugins);
  add_unexplained(rows, hashes, Subject::Data, &record::Hashes::data);
  add_unexplained(rows, hashes, Subject::Environment, &record::Hashes::environment);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const DifferenceRow& a, const DifferenceRow& b) { return a.subject < b.subject; });
  return rows;
}

Explanation why_different(const RunData& a, const RunData& b, std::span<const std::string> factors) {
  const record::Hashes& first = a.run.hashes;
  const record::Hashes second = hashes_but_places(b, a);
  const bool other_start = a.run.parent != b.run.parent || a.extended != b.extended;
  const std::pair<Subject, bool> differing[] = {
      {Subject::Configuration, first.config != second.config || other_start},
      {Subject::Plugins, first.plugins != second.plugins},
      {Subject::Data, first.data != second.data},
      {Subject::Seed, first.seed != second.seed},
      {Subject::Environment, first.environment != second.environment}};
  Explanation explanation;
  for (const auto& [subject, differs] : differing) {
    if (!differs) continue;
    if (explanation.first) {
      explanation.also.push_back(subject);
    } else {
      explanation.first = subject;
    }
  }
  const RunData both[] = {a, b};
  if (!explanation.first) {
    explanation.text =
        "Configuration, plugins, data, seed and environment are the same: both should give the same, bit for "
        "bit." +
        moved_sentence(moved_places(both));
    return explanation;
  }
  for (DifferenceRow& row : differences(both, {.only_differences = true, .metrics = false})) {
    if (row.subject == *explanation.first) explanation.what.push_back(std::move(row));
  }
  std::stable_sort(explanation.what.begin(), explanation.what.end(),
                   [&](const DifferenceRow& one, const DifferenceRow& other) {
                     return order_of(one, factors) < order_of(other, factors);
                   });
  explanation.text = str("They differ first in the ", to_string(*explanation.first));
  for (std::size_t i = 0; i < explanation.what.size(); ++i) {
    const DifferenceRow& row = explanation.what[i];
    explanation.text +=
        str(i == 0 ? ": " : ", ", row.key, " is ", quoted(row.values[0]), " and ", quoted(row.values[1]));
  }
  if (explanation.what.empty())
    explanation.text += "; the record does not say in what, since an earlier version of this program made it";
  explanation.text += ".";
  for (std::size_t i = 0; i < explanation.also.size(); ++i)
    explanation.text += str(i == 0 ? " Also in the " : ", the ", to_string(explanation.also[i]),
                            i + 1 == explanation.also.size() ? "." : "");
  explanation.text += moved_sentence(moved_places(both));
  return explanation;
}

}  // namespace ibot::compare
