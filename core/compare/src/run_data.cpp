// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/compare/run_data.h>

#include <nlohmann/json.hpp>

namespace ibot::compare {
namespace {

std::vector<std::string> plugin_sections(const std::string& plan_json) {
  std::vector<std::string> sections;
  const auto json = nlohmann::json::parse(plan_json, nullptr, false);
  if (!json.is_object()) return sections;
  const auto plugins = json.find("plugins");
  if (plugins == json.end() || !plugins->is_object()) return sections;
  for (const auto& [section, ignored] : plugins->items()) sections.push_back(section);
  return sections;
}

base::Result<RunData> read_run(record::Reader& reader, const record::Run& run, std::int64_t now) {
  RunData data;
  data.run = run;
  data.status = record::effective_status(run, now);
  IBOT_TRY(const auto segments, reader.plan(run.id));
  if (!segments.empty()) {
    const std::string& plan = segments.back().plan_json;
    if (auto flat = runs::flatten_plan(plan)) data.parameters = std::move(*flat);
    data.plugins = plugin_sections(plan);
  }
  for (std::size_t i = 1; i < segments.size(); ++i) {
    data.extended += base::str(segments[i].to_step, " ");
    // The hash of the whole plan, seed and folders included: it tells only where the plan changed.
    if (segments[i].hash != segments.front().hash) data.extended += segments[i].hash + " ";
  }
  IBOT_TRY(data.texts, reader.hashed_texts(run.id));
  IBOT_TRY(data.evaluations, reader.evaluations(run.id));
  return data;
}

}  // namespace

std::string RunData::seed() const {
  const runs::Parameter* found = runs::find(parameters, "seed");
  return found == nullptr ? std::string() : found->text;
}

std::map<std::string, std::string> RunData::lines_of(const std::string& text) {
  std::map<std::string, std::string> lines;
  for (const std::string& line : base::split(text, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) lines.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  return lines;
}

base::Result<std::vector<RunData>> read_runs(record::Reader& reader, std::span<const record::Run> runs,
                                             const std::string& source) {
  const std::int64_t now = base::now_micros();
  std::vector<RunData> all;
  all.reserve(runs.size());
  for (const record::Run& run : runs) {
    IBOT_TRY(RunData data, read_run(reader, run, now));
    data.source = source;
    all.push_back(std::move(data));
  }
  return all;
}

}  // namespace ibot::compare
