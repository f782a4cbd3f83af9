// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_follower.h"

#include "comparison_sources.h"

#include <ibot/compare/report.h>
#include <ibot/compare/study_names.h>
#include <ibot/record/reader.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

namespace ibot::ui {
namespace {

constexpr std::int64_t kDeadlineMicros = 10'000'000;

QString words(const base::Error& error) {
  return QString::fromStdString(error.to_text());
}

// What a metric gave, of runs in the order of their sources.
struct Judged {
  compare::MetricChoice metric;
  std::vector<compare::RunValue> values;
};

base::Result<Judged> read_values(std::vector<ComparisonSource>& sources, const ComparisonChoice& choice,
                                 const std::vector<compare::RunData>& runs) {
  Judged judged;
  IBOT_TRY(judged.metric, compare::choose_metric(runs, choice.metric, choice.better, choice.rule));
  std::span<const compare::RunData> left = runs;
  for (ComparisonSource& source : sources) {
    IBOT_TRY(const auto some,
             compare::read_values(source.reader, left.first(source.runs.size()), judged.metric));
    judged.values.insert(judged.values.end(), some.begin(), some.end());
    left = left.subspan(source.runs.size());
  }
  return judged;
}

// Those of a bundle stand behind those of the workspace, and what the others are held against stands first.
void put_baseline_first(std::vector<compare::RunData>& runs, std::vector<compare::RunValue>* values,
                        const std::string& baseline) {
  const auto found = std::find_if(runs.begin(), runs.end(),
                                  [&](const compare::RunData& data) { return data.run.id == baseline; });
  if (found == runs.end()) return;
  const auto at = found - runs.begin();
  if (values != nullptr) std::rotate(values->begin(), values->begin() + at, values->begin() + at + 1);
  std::rotate(runs.begin(), found, found + 1);
}

base::Result<compare::Table> table_of(const ComparisonChoice& choice, const ComparisonView& view) {
  if (choice.preset) return compare::preset_table(*choice.preset, *view.result, view.runs);
  if (!choice.rows.empty()) return compare::grid_table(*view.result, choice.rows, choice.columns);
  return compare::list_table(*view.result);
}

// By the factors of a study that has all the runs, which are returned. Records of an earlier version have no
// studies.
std::vector<std::string> name_groups(const QString& folder, ComparisonView& view) {
  const auto workspace = record::Workspace::open(folder.toStdString());
  if (!workspace) return {};
  const auto studies = record::read_studies(*workspace);
  const record::Study* study = studies ? compare::study_of(*studies, view.runs) : nullptr;
  if (study == nullptr) return {};
  if (compare::name_by_levels(*study, view.runs, view.groups)) view.study = study->name;
  return compare::factors_of(*study);
}

base::Status compare_into(ComparisonView& view, const ComparisonRequest& request) {
  record::ReaderOptions options;
  options.deadline_micros = kDeadlineMicros;
  IBOT_TRY(auto sources, open_comparison_sources(request.workspace, request.runs, request.bundles, options));
  for (ComparisonSource& source : sources) {
    IBOT_TRY(auto runs, compare::read_runs(source.reader, source.runs, source.name));
    std::move(runs.begin(), runs.end(), std::back_inserter(view.runs));
  }
  view.baseline = request.baseline.toStdString();
  view.metrics = compare::metric_names(view.runs);
  auto judged = read_values(sources, request.choice, view.runs);
  put_baseline_first(view.runs, judged ? &judged->values : nullptr, view.baseline);
  view.rows = compare::differences(view.runs, {.only_differences = false, .metrics = true});
  view.groups = compare::group_replicates(view.runs);
  const std::vector<std::string> varied = name_groups(request.workspace, view);
  if (view.runs.size() == 2) view.why = compare::why_different(view.runs[0], view.runs[1], varied);
  std::set<std::string> factors;
  for (const compare::Replicates& group : view.groups) {
    for (const auto& [key, level] : group.levels) factors.insert(key);
  }
  view.factors.assign(factors.begin(), factors.end());
  // What cannot be judged can still be told apart.
  if (!judged) {
    view.why_no_result = words(judged.error());
    return {};
  }
  view.result = compare::compare_groups(view.runs, judged->values, view.groups, judged->metric,
                                        compare::group_of(view.groups, view.runs, view.baseline));
  view.summary = compare::summary_of(*view.result);
  auto table = table_of(request.choice, view);
  if (table) {
    view.table = std::move(*table);
  } else {
    view.why_no_table = words(table.error());
  }
  return {};
}

}  // namespace

ComparisonView compare_runs(const ComparisonRequest& request) {
  ComparisonView view;
  if (request.runs.isEmpty() && request.bundles.empty()) return view;
  if (const base::Status compared = compare_into(view, request); !compared) {
    view = {};
    view.problem = words(compared.error());
  }
  return view;
}

ComparisonFollower::ComparisonFollower(QObject* parent) : QObject(parent) {
  qRegisterMetaType<ComparisonViewPtr>();
}

void ComparisonFollower::ask(const ComparisonRequest& request) {
  wanted_ = request;
  if (!busy_) start();
}

void ComparisonFollower::forget() {
  wanted_.reset();
  ++question_;
}

void ComparisonFollower::start() {
  busy_ = true;
  const int question = ++question_;
  QThreadPool::globalInstance()->start(
      [request = *std::exchange(wanted_, std::nullopt), question, self = QPointer<ComparisonFollower>(this)] {
        const auto view = std::make_shared<const ComparisonView>(compare_runs(request));
        // The application outlives the pool's work; whether the asker is still there is looked up on its
        // thread.
        QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, view] {
          if (self) self->finish(question, view);
        });
      });
}

void ComparisonFollower::finish(int question, const ComparisonViewPtr& view) {
  busy_ = false;
  const bool current = question == question_;
  if (wanted_) start();
  if (current) Q_EMIT answered(view);
}

}  // namespace ibot::ui
