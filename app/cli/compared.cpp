// SPDX-License-Identifier: GPL-3.0-or-later
#include "compared.h"

#include "chosen_runs.h"

#include <ibot/base/clock.h>
#include <ibot/base/printable.h>
#include <ibot/base/text.h>
#include <ibot/bundle/bundle.h>
#include <ibot/compare/study_names.h>
#include <ibot/record/reader.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <utility>

namespace ibot::cli {
namespace {

using base::ErrorCode;
using base::str;

// What the study settled; another choice than the study's is said, not taken silently.
base::Status take_study(const record::Study& study, CompareRequest& request) {
  if (!request.words.empty()) {
    return base::Error{ErrorCode::InvalidArgument, "a study has its runs; others were named as well", "",
                       "`ibot study put` changes a study"};
  }
  for (const record::StudyRun& run : study.runs) request.words.push_back(run.run);
  if (request.metric.empty()) request.metric = study.metric;
  if (request.better.empty()) request.better = study.better;
  if (request.rule.empty()) request.rule = study.rule;
  if (request.baseline.empty()) request.baseline = study.baseline;
  return {};
}

std::string settled_sentence(const Compared& compared) {
  std::size_t before = 0;
  for (const compare::RunData& data : compared.runs)
    before += !data.run.ended || *data.run.ended > *compared.study->settled;
  const std::size_t all = compared.runs.size();
  const std::string when = before == all ? str("before any of the ", all, " runs had ended.")
                           : before == 0
                               ? str("after all of the ", all, " runs had ended.")
                               : str("when ", all - before, " of the ", all, " runs had ended already.");
  return str("Metric, rule, baseline and runs were settled ", base::format_time(*compared.study->settled),
             ", ", when);
}

// One that may be missing where only bundles are compared.
struct Place {
  std::optional<record::Workspace> workspace;
  record::Reader* reader = nullptr;
};

// What was asked for in place of what the study settled: such figures were not settled by anybody.
std::string chosen_now(const Place& own, const Compared& compared, const CompareRequest& asked) {
  const record::Study& study = *compared.study;
  std::vector<std::string> choices;
  const std::string plain = study.metric.substr(0, study.metric.find('@'));
  if (!asked.metric.empty() && asked.metric != study.metric && asked.metric != plain)
    choices.push_back("the metric " + asked.metric);
  if (!asked.better.empty() && asked.better != study.better)
    choices.push_back("that " + asked.better + " is better");
  if (!asked.rule.empty() && asked.rule != study.rule) choices.push_back("the moment " + asked.rule);
  if (!asked.baseline.empty()) {
    // Another word for the same group is the same choice.
    const auto group = meant_group(own.workspace ? &*own.workspace : nullptr, own.reader, compared.runs,
                                   compared.groups, asked.baseline);
    if (!group || compare::group_of(compared.groups, compared.runs, study.baseline) != *group)
      choices.push_back("the baseline " + asked.baseline);
  }
  std::string text;
  for (const std::string& choice : choices) text += (text.empty() ? "" : ", ") + choice;
  return text;
}

// The first run of a study that cannot be compared because it was thrown away.
base::Status check_trash(record::Reader& reader, const record::Study& study) {
  for (const record::StudyRun& run : study.runs) {
    const auto found = reader.run(run.run);
    if (found && found->trashed) {
      return base::Error{ErrorCode::NotFound,
                         str("the run ", base::quote_untrusted(found->name), " (", found->id,
                             ") of the study ", base::quote_untrusted(study.name), " is in the trash"),
                         "", "`ibot restore` takes it out, `ibot study put` names the runs of a study anew"};
    }
  }
  return {};
}

// Where runs are read from.
struct Source {
  record::Reader reader;
  std::string name;  // empty: the workspace at hand
  std::vector<compare::RunData> runs;
};

// The runs of a bundle but for those that are there already.
base::Result<Source> source_of(const bundle::TemporaryBundle& bundle, const std::string& file,
                               Compared& compared, const std::vector<Source>& before) {
  IBOT_TRY(record::Reader reader, record::Reader::open(bundle.workspace()));
  Source source{std::move(reader), std::filesystem::path(file).filename().string(), {}};
  IBOT_TRY(auto runs, source.reader.runs());
  std::reverse(runs.begin(), runs.end());
  std::erase_if(runs, [&](const record::Run& run) {
    return std::any_of(before.begin(), before.end(), [&](const Source& other) {
      return std::any_of(other.runs.begin(), other.runs.end(),
                         [&](const compare::RunData& data) { return data.run.id == run.id; });
    });
  });
  if (runs.empty()) compared.notes.push_back(file + " holds no run that is not compared already");
  IBOT_TRY(source.runs, compare::read_runs(source.reader, runs, source.name));
  return source;
}

// Why a table of verdicts would be empty; success where any run has a value.
base::Status explain_emptiness(std::vector<Source>& sources, const Compared& compared,
                               const std::vector<compare::RunValue>& values) {
  if (std::any_of(values.begin(), values.end(), [](const compare::RunValue& value) { return value.value; }))
    return {};
  const compare::MetricChoice& metric = compared.result->metric;
  std::set<std::int64_t> steps;
  for (Source& source : sources) {
    IBOT_TRY(const auto some, compare::steps_of_metric(source.reader, source.runs, metric.name));
    steps.insert(some.begin(), some.end());
  }
  const std::vector<std::int64_t> all(steps.begin(), steps.end());
  const std::string moment = metric.rule.step ? str("at step ", base::format_count(*metric.rule.step))
                                              : std::string("at its planned end");
  const std::string there = compare::describe_steps(all, metric.rule.step);
  return base::Error{ErrorCode::NotFound,
                     str(values.size() == 1 ? "the run has no value of " : "none of the runs has a value of ",
                         metric.name, ' ', moment),
                     there.empty() ? std::string() : "a moment at which there is one: " + there,
                     metric.rule.step ? "--at step:N names one of them, --at last the planned end"
                                      : str("The first run ", values.front().why_not)};
}

base::Status judge(std::vector<Source>& sources, const Place& own, const CompareRequest& request,
                   Compared& compared) {
  IBOT_TRY(const compare::CheckpointRule rule,
           compare::CheckpointRule::parse(request.rule.empty() ? "last" : request.rule));
  std::optional<compare::Direction> direction;
  if (request.better == "higher") direction = compare::Direction::HigherIsBetter;
  if (request.better == "lower") direction = compare::Direction::LowerIsBetter;
  IBOT_TRY(const compare::MetricChoice metric,
           compare::choose_metric(compared.runs, request.metric, direction, rule));
  std::vector<compare::RunValue> values;
  for (Source& source : sources) {
    IBOT_TRY(const auto some, compare::read_values(source.reader, source.runs, metric));
    values.insert(values.end(), some.begin(), some.end());
  }
  std::optional<std::size_t> baseline;
  if (!request.baseline.empty()) {
    IBOT_TRY(baseline, meant_group(own.workspace ? &*own.workspace : nullptr, own.reader, compared.runs,
                                   compared.groups, request.baseline));
  }
  compared.result = compare::compare_groups(compared.runs, values, compared.groups, metric, baseline);
  compared.why_no_values = explain_emptiness(sources, compared, values);
  return {};
}

// A word is the name of a study before it is anything else.
base::Result<std::vector<record::Run>> earlier_runs(const record::Workspace& workspace,
                                                    record::Reader& reader, const CompareRequest& request,
                                                    const Compared& compared, std::size_t& compared_already) {
  std::vector<std::string> words;
  IBOT_TRY(const auto studies, record::read_studies(workspace));
  for (const std::string& word : request.earlier) {
    const auto study = std::find_if(studies.begin(), studies.end(),
                                    [&](const record::Study& each) { return each.name == word; });
    if (study == studies.end()) {
      words.push_back(word);
      continue;
    }
    for (const record::StudyRun& run : study->runs) words.push_back(run.run);
  }
  IBOT_TRY(auto runs, chosen_runs(workspace, reader, words));
  compared_already = std::erase_if(runs, [&](const record::Run& run) {
    return std::any_of(compared.runs.begin(), compared.runs.end(),
                       [&](const compare::RunData& data) { return data.run.id == run.id; });
  });
  return runs;
}

base::Status read_curves(std::vector<Source>& sources, const Place& place, const CompareRequest& request,
                         Compared& compared) {
  compare::ComparedCurves& curves = compared.curves;
  curves.metric = request.curves;
  curves.data = compared.runs;
  curves.replicates = compared.groups;
  for (Source& source : sources) {
    for (const compare::RunData& data : source.runs) {
      IBOT_TRY(compare::RunCurve curve, compare::read_run_curve(source.reader, data.run, curves.metric));
      curves.curves.push_back(std::move(curve));
    }
  }
  if (request.earlier.empty()) return {};
  if (!place.workspace) {
    return base::Error{ErrorCode::InvalidArgument,
                       "--earlier is about runs of a workspace, and there is none", "",
                       "-w FOLDER names one"};
  }
  record::Reader& own = *place.reader;
  auto earlier = std::make_shared<compare::EarlierCurves>();
  IBOT_TRY(const auto runs, earlier_runs(*place.workspace, own, request, compared, earlier->compared));
  for (const std::string& word : request.earlier) earlier->name += (earlier->name.empty() ? "" : ", ") + word;
  for (const record::Run& run : runs) {
    IBOT_TRY(compare::RunCurve curve, compare::read_run_curve(own, run, curves.metric));
    earlier->curves.push_back(std::move(curve));
  }
  curves.earlier = std::move(earlier);
  return {};
}

// A bundle of a study is compared as the study was settled.
base::Status take_study_of(const bundle::TemporaryBundle& bundle, CompareRequest& request,
                           Compared& compared) {
  const std::string& name = bundle.manifest().study;
  if (name.empty()) return {};
  IBOT_TRY(compared.study, record::read_study(bundle.workspace(), name));
  IBOT_CHECK_OK(take_study(*compared.study, request));
  request.words.clear();
  return {};
}

// Calls groups as the study does, or whichever study of the workspace has all the runs; returns what it
// varies.
std::vector<std::string> name_groups(const Place& own, Compared& compared) {
  std::vector<record::Study> studies;
  if (compared.study) {
    studies.push_back(*compared.study);
  } else if (own.workspace) {
    // A record of an earlier version has none.
    if (auto read = record::read_studies(*own.workspace)) studies = std::move(*read);
  }
  const record::Study* study = compare::study_of(studies, compared.runs);
  if (study == nullptr) return {};
  compare::name_by_levels(*study, compared.runs, compared.groups);
  return compare::factors_of(*study);
}

}  // namespace

void say_notes(const Compared& compared, bool warnings) {
  const auto say = [](const char* what, const std::string& sentence) {
    std::cerr << what << base::escape_control_characters(sentence) << '\n';
  };
  for (const std::string& note : compared.notes) say("note: ", note);
  if (!warnings) return;
  if (!compared.settled.empty()) say("note: ", compared.settled);
  if (!compared.result) return;
  for (const std::string& warning : compared.result->warnings) say("warning: ", warning);
}

base::Status require_words(const CompareRequest& request, const std::string& what) {
  if (!request.words.empty()) return {};
  return base::Error{ErrorCode::InvalidArgument, "nothing was named that " + what + " could be about",
                     "a study, or runs", "`ibot study list`, `ibot runs`"};
}

base::Status choose_study(CompareRequest& request) {
  if (request.words.size() != 1 || !request.study.empty()) return {};
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(request.workspace));
  IBOT_TRY(const auto studies, record::read_studies(workspace));
  const bool is_study = std::any_of(studies.begin(), studies.end(), [&](const record::Study& study) {
    return study.name == request.words.front();
  });
  if (!is_study) return {};
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  IBOT_TRY(const bool is_variant, names_variant(workspace, reader, request.words.front()));
  if (is_variant) {
    std::cerr << "note: " << base::quote_untrusted(request.words.front())
              << " is a variant, and the name of a study as well: the variant is meant; --study means the "
                 "study\n";
    return {};
  }
  request.study = request.words.front();
  request.words.clear();
  return {};
}

base::Result<Compared> compare_runs(const CompareRequest& asked) {
  CompareRequest request = asked;
  Compared compared;
  std::vector<Source> sources;
  // Readers are pointed at.
  sources.reserve(request.bundles.size() + 1);
  Place own;
  const bool only_bundles = request.words.empty() && request.study.empty() && !request.bundles.empty();
  if (!only_bundles) {
    IBOT_TRY(own.workspace, record::Workspace::open(request.workspace));
    IBOT_TRY(record::Reader reader, record::Reader::open(*own.workspace));
    sources.push_back({std::move(reader), {}, {}});
    own.reader = &sources.front().reader;
    if (!own.reader->mode_text().empty()) compared.notes.push_back(own.reader->mode_text());
    if (!request.study.empty()) {
      IBOT_TRY(compared.study, record::read_study(*own.workspace, request.study));
      IBOT_CHECK_OK(take_study(*compared.study, request));
      IBOT_CHECK_OK(check_trash(*own.reader, *compared.study));
    }
    IBOT_TRY(const auto chosen, chosen_runs(*own.workspace, *own.reader, request.words));
    IBOT_TRY(sources.front().runs, compare::read_runs(*own.reader, chosen));
  }
  // A reader of a bundle must be closed before its folder goes.
  std::vector<bundle::TemporaryBundle> bundles;
  for (const std::string& file : request.bundles) {
    IBOT_TRY(auto opened, bundle::TemporaryBundle::open(file));
    IBOT_TRY(Source source, source_of(opened, file, compared, sources));
    bundles.push_back(std::move(opened));
    sources.push_back(std::move(source));
  }
  if (only_bundles && bundles.size() == 1) IBOT_CHECK_OK(take_study_of(bundles.front(), request, compared));
  for (const Source& source : sources)
    compared.runs.insert(compared.runs.end(), source.runs.begin(), source.runs.end());
  if (compared.runs.empty() && compared.study) {
    return base::Error{ErrorCode::InvalidArgument,
                       str("the study ", base::quote_untrusted(compared.study->name), " has no runs yet"), "",
                       "`ibot study put NAME RUN ...` names them"};
  }
  if (compared.runs.empty()) {
    return base::Error{ErrorCode::InvalidArgument, "no runs were named",
                       "ids, names, tags, folders or filters", "`ibot runs` lists them"};
  }
  compared.groups = compare::group_replicates(compared.runs);
  compared.factors = name_groups(own, compared);
  compared.why_no_result = judge(sources, own, request, compared);
  const bool wanted = !request.metric.empty() || !request.baseline.empty();
  if (!compared.why_no_result && wanted) return compared.why_no_result.error();
  if (!request.curves.empty()) IBOT_CHECK_OK(read_curves(sources, own, request, compared));
  if (compared.study && compared.result && request.curves.empty()) {
    const std::string other = chosen_now(own, compared, asked);
    if (!compared.study->settled)
      compared.settled = "The study settled no metric: " + compared.result->metric.name + " is chosen now.";
    else if (other.empty())
      compared.settled = settled_sentence(compared);
    else
      compared.settled = "The study did not settle " + other + ": chosen now.";
  }
  sources.clear();
  return compared;
}

}  // namespace ibot::cli
