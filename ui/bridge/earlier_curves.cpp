// SPDX-License-Identifier: GPL-3.0-or-later
#include "earlier_curves.h"

#include <ibot/base/text.h>
#include <ibot/record/study.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

base::Result<std::vector<record::Run>> runs_of(const record::Workspace& workspace, record::Reader& reader,
                                               const EarlierRuns& earlier,
                                               const std::vector<std::string>& without,
                                               std::size_t& compared) {
  std::vector<std::string> ids;
  if (earlier.study.isEmpty()) {
    for (const QString& run : earlier.runs) ids.push_back(run.toStdString());
  } else {
    IBOT_TRY(const record::Study study, record::read_study(workspace, earlier.study.toStdString()));
    for (const record::StudyRun& run : study.runs) ids.push_back(run.run);
  }
  std::vector<record::Run> runs;
  for (const std::string& id : ids) {
    if (std::find(without.begin(), without.end(), id) != without.end()) {
      ++compared;
      continue;
    }
    auto run = reader.run(id);
    if (run) {
      runs.push_back(std::move(*run));
    } else if (run.error().code != base::ErrorCode::NotFound) {
      return run.error();
    }
  }
  std::sort(runs.begin(), runs.end(),
            [](const record::Run& a, const record::Run& b) { return a.created < b.created; });
  return runs;
}

base::Status read_into(EarlierReply& reply, const QStringList& metrics, const EarlierReplyPtr& last,
                       const std::function<bool()>& unwanted) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(reply.workspace.toStdString()));
  // Records of an earlier version have none.
  if (const auto studies = record::read_studies(workspace)) {
    for (const record::Study& study : *studies) reply.studies << QString::fromStdString(study.name);
  }
  if (reply.earlier.name.isEmpty()) return {};
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  std::vector<std::string> without;
  for (const QString& run : reply.without) without.push_back(run.toStdString());
  IBOT_TRY(const EarlierList list, list_earlier_runs(workspace, reader, reply.earlier, without));
  reply.state = list.state();
  const bool same = last && last->workspace == reply.workspace && last->earlier == reply.earlier &&
                    last->without == reply.without && last->state == reply.state;
  for (const QString& metric : metrics) {
    if (same && last->curves.count(metric) > 0) {
      reply.curves[metric] = last->curves.at(metric);
      continue;
    }
    IBOT_TRY(reply.curves[metric], read_earlier_curves(reader, list, metric.toStdString(), unwanted));
    if (unwanted()) return {};
  }
  return {};
}

}  // namespace

bool holds_any(const EarlierState& state, const QStringList& runs) {
  return std::any_of(state.begin(), state.end(),
                     [&](const auto& each) { return runs.contains(QString::fromStdString(each.first)); });
}

EarlierState EarlierList::state() const {
  EarlierState all;
  for (const record::Run& run : runs) all.emplace_back(run.id, run.changed);
  return all;
}

base::Result<EarlierList> list_earlier_runs(const record::Workspace& workspace, record::Reader& reader,
                                            const EarlierRuns& earlier,
                                            const std::vector<std::string>& without) {
  EarlierList list;
  list.name = earlier.name.toStdString();
  IBOT_TRY(list.runs, runs_of(workspace, reader, earlier, without, list.compared));
  if (list.runs.size() > kMostEarlierRuns) {
    list.name += base::str(" (the newest ", kMostEarlierRuns, " of ", list.runs.size(), ")");
    list.runs.erase(list.runs.begin(), list.runs.end() - static_cast<std::ptrdiff_t>(kMostEarlierRuns));
  }
  return list;
}

base::Result<EarlierCurvesPtr> read_earlier_curves(record::Reader& reader, const EarlierList& list,
                                                   const std::string& metric,
                                                   const std::function<bool()>& unwanted) {
  auto curves = std::make_shared<compare::EarlierCurves>();
  curves->name = list.name;
  curves->compared = list.compared;
  for (const record::Run& run : list.runs) {
    if (unwanted()) return EarlierCurvesPtr();
    IBOT_TRY(compare::RunCurve curve, compare::read_run_curve(reader, run, metric));
    curves->curves.push_back(std::move(curve));
  }
  return EarlierCurvesPtr(std::move(curves));
}

EarlierCurveReader::EarlierCurveReader(QObject* parent) : QObject(parent) {}

EarlierCurveReader::~EarlierCurveReader() {
  forget();
}

void EarlierCurveReader::forget() {
  ++*newest_;
  reading_ = false;
}

void EarlierCurveReader::read(const QString& workspace, const EarlierRuns& earlier,
                              const QStringList& without, const QStringList& metrics) {
  const std::int64_t question = ++*newest_;
  reading_ = true;
  QThreadPool::globalInstance()->start([workspace, earlier, without, metrics, question, last = last_,
                                        newest = newest_, self = QPointer(this)] {
    const auto unwanted = [&] { return newest->load() != question; };
    if (unwanted()) return;
    auto reply = std::make_shared<EarlierReply>();
    reply->workspace = workspace;
    reply->earlier = earlier;
    reply->without = without;
    if (const base::Status read = read_into(*reply, metrics, last, unwanted); !read) {
      reply->curves.clear();
      reply->problem = QString::fromStdString(read.error().to_text());
    }
    if (unwanted()) return;
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, reply] {
      if (self) self->answer(question, reply);
    });
  });
}

void EarlierCurveReader::answer(std::int64_t question, const EarlierReplyPtr& reply) {
  if (question != newest_->load()) return;
  reading_ = false;
  last_ = reply;
  Q_EMIT found(reply);
}

}  // namespace ibot::ui
