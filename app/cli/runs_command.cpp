// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "printable.h"
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/crash_line.h>
#include <ibot/record/extract.h>
#include <ibot/runs/select.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

nlohmann::json to_json(const record::Run& run, const record::EffectiveStatus& status) {
  nlohmann::json json = {
      {"id", run.id},
      {"name", run.name},
      {"state", record::to_string(status.state)},
      {"status", status.text},
      {"died", status.died},
      {"step", run.step},
      {"planned_steps", run.planned_steps},
      {"created", base::format_time(run.created)},
      {"exit_reason", run.exit_reason},
      {"error", run.error},
      {"tags", run.tags},
      {"folder", run.folder},
      {"colour", run.colour},
      {"trashed", run.trashed ? nlohmann::json(base::format_time(*run.trashed)) : nlohmann::json()},
      {"hashes",
       {{"config", run.hashes.config},
        {"plugins", run.hashes.plugins},
        {"data", run.hashes.data},
        {"seed", run.hashes.seed},
        {"environment", run.hashes.environment}}}};
  if (run.parent) json["parent"] = {{"run", run.parent->run}, {"step", run.parent->step}};
  nlohmann::json last = nlohmann::json::object();
  for (const record::LastValue& value : run.last_values)
    last[value.name] = {{"step", value.step}, {"value", value.value}};
  json["last"] = last;
  return json;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

base::Status list_runs(const std::string& folder, const std::string& filter, bool as_json, bool trash) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(folder));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  IBOT_TRY(auto all, reader.runs());
  std::erase_if(all, [&](const record::Run& run) { return run.trashed.has_value() != trash; });
  const std::size_t count = all.size();
  IBOT_TRY(const auto runs, runs::filter_runs(reader, std::move(all), filter));
  if (!reader.mode_text().empty()) std::cerr << "note: " << reader.mode_text() << '\n';
  nlohmann::json list = nlohmann::json::array();
  for (const record::Run& run : runs) {
    const record::EffectiveStatus status = record::effective_status(run, base::now_micros());
    if (as_json) {
      list.push_back(to_json(run, status));
      continue;
    }
    std::string loss = "-";
    for (const record::LastValue& value : run.last_values) {
      if (value.name == "loss") loss = number(value.value);
    }
    char line[512];
    std::snprintf(line, sizeof line, "%-24s %-20.20s %-10s %12s / %-12s loss %-8s %s", run.id.c_str(),
                  one_line(run.name).c_str(), std::string(record::to_string(status.state)).c_str(),
                  base::format_count(run.step).c_str(), base::format_count(run.planned_steps).c_str(),
                  loss.c_str(), base::format_time(run.created).c_str());
    print(line);
  }
  if (as_json) print_json(list);
  if (!as_json && runs.empty())
    print(count > 0 ? base::str("none of ", count, " runs fits the filter")
          : trash   ? "the trash is empty"
                    : "no runs yet: `ibot train RECIPE` makes one");
  return {};
}

base::Status show_run(const std::string& folder, const std::string& name, bool as_json) {
  IBOT_TRY(OpenedRun opened, open_run(folder, name));
  IBOT_TRY(const record::Run run, opened.reader.run(opened.id));
  const record::EffectiveStatus status = record::effective_status(opened.workspace, run, base::now_micros());
  IBOT_TRY(const auto checkpoints, opened.reader.checkpoints(opened.id));
  IBOT_TRY(const auto evaluations, opened.reader.evaluations(opened.id));
  IBOT_TRY(const auto events, opened.reader.events(opened.id));
  IBOT_TRY(const auto tail, opened.reader.log_tail(opened.id));
  IBOT_TRY(const auto probes, opened.reader.probes(opened.id, false));
  if (as_json) {
    nlohmann::json json = to_json(run, status);
    json["checkpoints"] = nlohmann::json::array();
    for (const auto& c : checkpoints) {
      json["checkpoints"].push_back({{"step", c.step},
                                     {"kind", record::to_string(c.kind)},
                                     {"path", c.path},
                                     {"size", c.size},
                                     {"sha256", c.sha256},
                                     {"reason", c.reason},
                                     {"state", record::to_string(c.state)}});
    }
    json["evaluations"] = nlohmann::json::array();
    for (const auto& e : evaluations) {
      json["evaluations"].push_back({{"step", e.step},
                                     {"protocol", e.protocol},
                                     {"network", e.network},
                                     {"metric", e.metric},
                                     {"value", e.value}});
    }
    json["events"] = nlohmann::json::array();
    for (const auto& e : events) {
      json["events"].push_back(
          {{"step", e.step}, {"level", record::to_string(e.level)}, {"kind", e.kind}, {"text", e.text}});
    }
    json["probes"] = nlohmann::json::array();
    for (const auto& probe : probes) json["probes"].push_back(probe.source);
    json["log"] = tail;
    print_json(json);
    return {};
  }
  print(run.id + "  " + one_line(run.name));
  print("  " + status.text + (run.exit_reason.empty() ? "" : " (" + run.exit_reason + ")"));
  if (!run.error.empty()) print("  " + run.error);
  print(base::str("  step ", base::format_count(run.step), " of ", base::format_count(run.planned_steps)));
  if (run.parent) print(base::str("  branch of ", run.parent->run, " at step ", run.parent->step));
  for (const record::LastValue& value : run.last_values) {
    std::string line = "  " + value.name;
    line.resize(std::max<std::size_t>(line.size() + 1, 28), ' ');
    print(line + number(value.value));
  }
  for (const auto& e : evaluations) {
    print(base::str("  ", e.protocol, " ", e.metric, " of ", e.network, " at step ", e.step, ": ",
                    number(e.value)));
  }
  for (const auto& e : events)
    print(base::str("  ", base::format_time(e.time), "  step ", base::format_count(e.step), ": ", e.text));
  // Of the many snapshots of the teacher one line; --json has all.
  std::int64_t snapshots = 0, bytes = 0, first = 0, last = 0;
  for (const auto& c : checkpoints) {
    if (c.state != record::CheckpointState::Present) continue;
    if (c.kind == record::CheckpointKind::Full) {
      print(base::str("  checkpoint ", c.path, "  ", base::format_bytes(static_cast<std::uint64_t>(c.size)),
                      "  ", c.reason));
      continue;
    }
    if (snapshots++ == 0) first = c.step;
    last = c.step;
    bytes += c.size;
  }
  if (snapshots > 0) {
    print(base::str("  ", snapshots, snapshots == 1 ? " snapshot" : " snapshots", " of the teacher, step ",
                    base::format_count(first), " to ", base::format_count(last), "  ",
                    base::format_bytes(static_cast<std::uint64_t>(bytes))));
  }
  if (!probes.empty()) {
    std::string line = "  probe pictures, for --image probe:1 and so on:";
    for (std::size_t i = 0; i < probes.size(); ++i)
      line += base::str(i == 0 ? " " : ", ", i + 1, " ", one_line(probes[i].source));
    print(line);
  }
  for (std::size_t i = tail.size() > 5 ? tail.size() - 5 : 0; i < tail.size(); ++i) print("  | " + tail[i]);
  return {};
}

base::Status extract(const std::string& folder, const std::string& name, const std::string& out,
                     const record::ExtractOptions& options) {
  IBOT_TRY(const OpenedRun opened, open_run(folder, name));
  IBOT_TRY(const auto report, record::extract_run(opened.workspace, opened.id, out, options));
  print(base::str(out, ": run ", opened.id, ", ", base::format_bytes(report.bytes)));
  return {};
}

}  // namespace

void add_runs(CLI::App& app) {
  struct Arguments {
    std::string workspace, run, filter;
    bool json = false, trash = false;
  };
  {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("runs", "The runs of a workspace, newest first");
    command->footer(
        "Example:\n  ibot runs -w experiments/mine --json\n"
        "  ibot runs --filter 'state:completed mask.plugin=block knn/top1>45 -tag:bad'\n\n"
        "A filter is words of the name and conditions, joined by spaces (both), `or`, `-` (not), ( ):\n"
        "  name: id: parent: state: tag: folder: created> ended> step> progress> has:note\n"
        "  and every parameter, metric and evaluation by its name, with : = != < <= > >=");
    command->add_option("--filter", arguments->filter, "Only runs that fit");
    command->add_flag("--json", arguments->json, "As JSON");
    command->add_flag("--trash", arguments->trash, "Those in the trash instead");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] {
      return list_runs(arguments->workspace, arguments->filter, arguments->json, arguments->trash);
    });
  }
  {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("show", "One run: state, last values, evaluations, checkpoints, events");
    command->footer("Example:\n  ibot show 20261123-101500-1f2e3d");
    command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
    command->add_flag("--json", arguments->json, "As JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return show_run(arguments->workspace, arguments->run, arguments->json); });
  }
  {
    struct ExtractArguments : Arguments {
      std::string out;
      record::ExtractOptions options;
    };
    auto arguments = std::make_shared<ExtractArguments>();
    CLI::App* command =
        app.add_subcommand("extract", "One run as a small workspace of its own, to be sent or shipped");
    command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
    command->footer("Example:\n  ibot extract demo --out demo-workspace --points 1000");
    command->add_option("-o,--out", arguments->out, "Folder, empty or new")->required()->check(output_path());
    add_extract_options(command, arguments->options);
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] {
      return extract(arguments->workspace, arguments->run, arguments->out, arguments->options);
    });
  }
}

}  // namespace ibot::cli
