// SPDX-License-Identifier: GPL-3.0-or-later
// Studies: named sets of runs, and the report of one.
#include "chosen_runs.h"
#include "command.h"
#include "compared.h"
#include "metric_check.h"
#include "printable.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/compare/report.h>
#include <ibot/compare/study_names.h>
#include <ibot/record/reader.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

using base::ErrorCode;
using base::str;

struct StudyArguments {
  std::string workspace, name, question, notes, metric, better, rule, baseline;
  std::vector<std::string> words;
  bool json = false, create = false;
};

nlohmann::json to_json(const record::Study& study) {
  nlohmann::json runs = nlohmann::json::array();
  for (const record::StudyRun& run : study.runs) runs.push_back({{"run", run.run}, {"levels", run.levels}});
  return {{"name", study.name},
          {"question", study.question},
          {"notes", study.notes},
          {"metric", study.metric},
          {"better", study.better},
          {"rule", study.rule},
          {"baseline", study.baseline},
          {"settled", study.settled ? nlohmann::json(base::format_time(*study.settled)) : nlohmann::json()},
          {"created", base::format_time(study.created)},
          {"runs", runs}};
}

void print_study(const record::Study& study) {
  print(one_line(study.name) + (study.question.empty() ? "" : ": " + study.question));
  print(str("  ", study.runs.size(), study.runs.size() == 1 ? " run" : " runs",
            study.baseline.empty() ? ", no baseline" : ", baseline " + study.baseline));
  print(study.metric.empty() ? "  not settled what they are judged by"
                             : str("  judged by ", study.metric, ", ", study.rule,
                                   study.settled ? ", settled " + base::format_time(*study.settled) : ""));
}

base::Result<record::Reader> open_reader(const std::string& folder) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(folder));
  return record::Reader::open(workspace);
}

// A name that was mistyped is not a new study.
base::Status require_known(const StudyArguments& arguments, const std::vector<record::Study>& all) {
  std::vector<std::string> names;
  for (const record::Study& known : all) names.push_back(known.name);
  const bool is_new = std::find(names.begin(), names.end(), arguments.name) == names.end();
  if (!is_new || arguments.create || !arguments.words.empty()) return {};
  const auto nearest = base::nearest_name(arguments.name, names);
  return base::Error{ErrorCode::NotFound, "there is no study " + base::quote_untrusted(arguments.name),
                     base::join_choices(names),
                     (nearest ? "Did you mean " + base::quote_untrusted(*nearest) + "? " : std::string()) +
                         "Name its runs to make a new one, or --create one without runs"};
}

base::Result<std::vector<record::Run>> members_of(record::Reader& reader, const record::Study& study) {
  std::vector<record::Run> members;
  for (const record::StudyRun& run : study.runs) {
    IBOT_TRY(record::Run member, reader.run(run.run));
    members.push_back(std::move(member));
  }
  return members;
}

// The run that stands for the variant that a word means.
base::Result<std::string> baseline_of(const record::Workspace& workspace, record::Reader& reader,
                                      const record::Study& study, const std::string& word) {
  IBOT_TRY(const auto members, members_of(reader, study));
  const auto named = std::find_if(members.begin(), members.end(),
                                  [&](const record::Run& run) { return run.id == word || run.name == word; });
  if (named != members.end()) return named->id;
  IBOT_TRY(const auto data, compare::read_runs(reader, members));
  auto groups = compare::group_replicates(data);
  compare::name_by_levels(study, data, groups);
  IBOT_TRY(const std::size_t group, meant_group(&workspace, &reader, data, groups, word));
  return data[groups[group].runs.front()].run.id;
}

// What was given changes; the rest stays.
base::Status put(const StudyArguments& arguments) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  // Writing first: a reader of an earlier version's record would read a copy from before.
  IBOT_TRY(record::Studies studies, record::Studies::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  record::Study study;
  study.name = arguments.name;
  IBOT_TRY(const auto all, record::read_studies(workspace));
  IBOT_CHECK_OK(require_known(arguments, all));
  for (const record::Study& known : all) {
    if (known.name == arguments.name) study = known;
  }
  const bool is_new = std::none_of(all.begin(), all.end(),
                                   [&](const record::Study& known) { return known.name == arguments.name; });
  IBOT_TRY(const bool is_variant, names_variant(workspace, reader, arguments.name));
  if (is_new && is_variant) {
    return base::Error{ErrorCode::InvalidArgument,
                       "tables call runs by the name " + base::quote_untrusted(arguments.name) +
                           " already: it would be no study's alone",
                       "a name that is no variant's", ""};
  }
  if (!arguments.words.empty()) {
    IBOT_TRY(const auto chosen, chosen_runs(workspace, reader, arguments.words));
    std::vector<record::StudyRun> members;
    for (const record::Run& run : chosen) {
      const auto known = std::find_if(study.runs.begin(), study.runs.end(),
                                      [&](const record::StudyRun& member) { return member.run == run.id; });
      members.push_back(known == study.runs.end() ? record::StudyRun{run.id, {}} : *known);
    }
    study.runs = std::move(members);
    const auto there = [&](const record::StudyRun& member) { return member.run == study.baseline; };
    if (std::none_of(study.runs.begin(), study.runs.end(), there)) study.baseline.clear();
  }
  if (!arguments.question.empty()) study.question = arguments.question;
  if (!arguments.notes.empty()) study.notes = arguments.notes;
  if (!arguments.metric.empty()) study.metric = arguments.metric;
  if (!arguments.better.empty()) study.better = arguments.better;
  if (!arguments.metric.empty() || !arguments.better.empty()) {
    IBOT_TRY(const auto members, members_of(reader, study));
    IBOT_TRY(const auto data, compare::read_runs(reader, members));
    if (!study.metric.empty()) IBOT_CHECK_OK(check_metric(data, study.metric, study.better));
  }
  if (!arguments.rule.empty()) {
    IBOT_TRY(const compare::CheckpointRule rule, compare::CheckpointRule::parse(arguments.rule));
    study.rule = rule.to_text();
  }
  if (!arguments.baseline.empty()) {
    IBOT_TRY(study.baseline, baseline_of(workspace, reader, study, arguments.baseline));
  }
  IBOT_CHECK_OK(studies.put(study));
  IBOT_TRY(const record::Study stored, record::read_study(workspace, study.name));
  print_study(stored);
  return {};
}

base::Status list(const StudyArguments& arguments) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(const auto studies, record::read_studies(workspace));
  nlohmann::json json = nlohmann::json::array();
  for (const record::Study& study : studies) {
    if (arguments.json)
      json.push_back(to_json(study));
    else
      print_study(study);
  }
  if (arguments.json)
    print_json(json);
  else if (studies.empty())
    print("no studies yet: `ibot study put NAME RUN ...` makes one");
  return {};
}

struct ReportArguments {
  CompareRequest request;
  std::string out, title;
};

base::Status report(const ReportArguments& arguments) {
  CompareRequest request = arguments.request;
  IBOT_CHECK_OK(require_words(request, "a report"));
  IBOT_CHECK_OK(choose_study(request));
  IBOT_TRY(const Compared compared, compare_runs(request));
  say_notes(compared);
  if (!request.rule.empty()) IBOT_CHECK_OK(compared.why_no_values);
  IBOT_TRY(record::Reader reader, open_reader(request.workspace));
  IBOT_TRY(compare::Report made,
           compare::make_report(reader, compared.runs, compared.groups, compared.result, compared.study));
  if (!arguments.title.empty()) made.title = arguments.title;
  for (const std::string& note : compared.notes) {
    if (compared.study) made.summary.push_back(note);
  }
  if (!compared.settled.empty()) made.summary.push_back(compared.settled);
  const std::string html = compare::to_html(made);
  IBOT_CHECK_OK(base::write_file_atomically(arguments.out, std::string_view(html)));
  print(str(arguments.out, ": ", compared.runs.size(), " runs in ", compared.groups.size(), " groups, ",
            base::format_bytes(html.size())));
  return {};
}

}  // namespace

void add_study(CLI::App& app) {
  CLI::App* study = app.add_subcommand("study", "Named sets of runs with a question: put, list, remove");
  study->require_subcommand(1);
  {
    auto arguments = std::make_shared<StudyArguments>();
    CLI::App* command = study->add_subcommand("put", "Make a study, or change what is given of one");
    command->footer(
        "Examples:\n  ibot study put masks mask=none mask=block --question 'Are blocks better than no "
        "mask?'\n"
        "  ibot study put masks --metric knn/top1 --at last --baseline mask=none\n"
        "  ibot study put masks --notes 'Blocks win on large objects alone.'\n"
        "  ibot study put crops --create --question 'Do small crops help?'    # its runs are named later\n"
        "A name that is new makes a study where runs are named, or with --create.\n"
        "When metric, rule, baseline and runs were settled is kept, and reports say whether the runs had "
        "ended by "
        "then.");
    command->add_option("name", arguments->name, "Its name")->required();
    command->add_option("runs", arguments->words,
                        "Ids, names, tags, folders or filters; in place of those it had");
    command->add_option("--question", arguments->question, "What is asked of the runs");
    command->add_option("--notes", arguments->notes, "What came out, in your words");
    command->add_option("--metric", arguments->metric, "What they are judged by: knn/top1")
        ->check(some_text());
    command->add_option("--better", arguments->better, "Whether higher or lower is better")
        ->check(CLI::IsMember({"higher", "lower"}));
    command->add_option("--at", arguments->rule, "The moment that counts: last or step:N")
        ->check(some_text());
    command
        ->add_option("--baseline", arguments->baseline,
                     "What the others are compared with: a variant (mask=none, none) or a run of it")
        ->check(some_text());
    command->add_flag("--create", arguments->create, "Make a study that has no runs yet");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return put(*arguments); });
  }
  {
    auto arguments = std::make_shared<StudyArguments>();
    CLI::App* command = study->add_subcommand("list", "The studies of a workspace");
    command->add_flag("--json", arguments->json, "As JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return list(*arguments); });
  }
  {
    auto arguments = std::make_shared<StudyArguments>();
    CLI::App* command = study->add_subcommand("remove", "Forget a study; its runs stay");
    command->footer("Example:\n  ibot study remove masks");
    command->add_option("name", arguments->name, "Its name")->required();
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments]() -> base::Status {
      IBOT_TRY(const record::Workspace workspace, record::Workspace::open(arguments->workspace));
      IBOT_TRY(record::Studies studies, record::Studies::open(workspace));
      // Of a name that was mistyped the nearest is told.
      IBOT_TRY(const record::Study known, record::read_study(workspace, arguments->name));
      IBOT_CHECK_OK(studies.remove(known.name));
      print(known.name + " is forgotten" + (known.runs.empty() ? "" : "; its runs stay"));
      return {};
    });
  }
}

void add_report(CLI::App& app) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command =
      app.add_subcommand("report", "A study as one HTML file: verdicts, figures, tables, what differs");
  command->footer(
      "Examples:\n  ibot report masks --out masks.html\n"
      "  ibot report mask=none mask=block --metric knn/top1 --baseline none --out masks.html\n"
      "The file needs nothing beside it; a browser prints it as PDF. Exit codes as `ibot compare`.");
  command
      ->add_option("what", arguments->request.words,
                   "A study, or ids, names, tags, folders or filters of runs")
      ->required();
  command->add_option("-o,--out", arguments->out, "File to write")->required()->check(output_path());
  command->add_option("--title", arguments->title, "Instead of the study's name");
  add_compare_options(command, arguments->request);
  add_workspace_option(command, arguments->request.workspace);
  on_run(command, [arguments] { return report(*arguments); });
}

}  // namespace ibot::cli
