// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_follower.h"

#include <ibot/compare/report.h>
#include <ibot/record/reader.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <set>
#include <utility>

namespace ibot::ui {
namespace {

constexpr std::int64_t kDeadlineMicros = 10'000'000;

QString words(const base::Error& error) {
  return QString::fromStdString(error.to_text());
}

base::Status judge(record::Reader& reader, const ComparisonChoice& choice, ComparisonView& view) {
  IBOT_TRY(const compare::MetricChoice metric,
           compare::choose_metric(view.runs, choice.metric, choice.better, choice.rule));
  IBOT_TRY(const auto values, compare::read_values(reader, view.runs, metric));
  const auto baseline = compare::group_of(view.groups, view.runs, view.baseline);
  view.result = compare::compare_groups(view.runs, values, view.groups, metric, baseline);
  return {};
}

base::Result<compare::Table> table_of(const ComparisonChoice& choice, const ComparisonView& view) {
  if (choice.preset) return compare::preset_table(*choice.preset, *view.result, view.runs);
  if (!choice.rows.empty()) return compare::grid_table(*view.result, choice.rows, choice.columns);
  return compare::list_table(*view.result);
}

base::Status compare_into(ComparisonView& view, const ComparisonRequest& request) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(request.workspace.toStdString()));
  record::ReaderOptions options;
  options.deadline_micros = kDeadlineMicros;
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace, options));
  std::vector<record::Run> chosen;
  for (const QString& id : request.runs) {
    auto run = reader.run(id.toStdString());
    if (run) {
      chosen.push_back(std::move(*run));
    } else if (run.error().code != base::ErrorCode::NotFound) {
      return run.error();
    }
  }
  IBOT_TRY(view.runs, compare::read_runs(reader, chosen));
  view.baseline = request.baseline.toStdString();
  view.rows = compare::differences(view.runs, {.only_differences = false, .metrics = true});
  if (view.runs.size() == 2) view.why = compare::why_different(view.runs[0], view.runs[1]);
  view.groups = compare::group_replicates(view.runs);
  std::set<std::string> factors;
  for (const compare::Replicates& group : view.groups) {
    for (const auto& [key, level] : group.levels) factors.insert(key);
  }
  view.factors.assign(factors.begin(), factors.end());
  view.metrics = compare::metric_names(view.runs);
  // What cannot be judged can still be told apart.
  if (const base::Status judged = judge(reader, request.choice, view); !judged) {
    view.why_no_result = words(judged.error());
    return {};
  }
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
  if (request.runs.isEmpty()) return view;
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
