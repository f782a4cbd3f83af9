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
  const bool same = last && last->workspace == reply.workspace && last->earlier == reply.earlier &&
                    last->without == reply.without;
  std::vector<std::string> without;
  for (const QString& run : reply.without) without.push_back(run.toStdString());
  for (const QString& metric : metrics) {
    if (same && last->curves.count(metric) > 0) {
      reply.curves[metric] = last->curves.at(metric);
      continue;
    }
    IBOT_TRY(reply.curves[metric],
             read_earlier_curves(workspace, reader, reply.earlier, without, metric.toStdString(), unwanted));
    if (unwanted()) return {};
  }
  return {};
}

}  // namespace

base::Result<EarlierCurvesPtr> read_earlier_curves(const record::Workspace& workspace, record::Reader& reader,
                                                   const EarlierRuns& earlier,
                                                   const std::vector<std::string>& without,
                                                   const std::string& metric,
                                                   const std::function<bool()>& unwanted) {
  auto curves = std::make_shared<compare::EarlierCurves>();
  IBOT_TRY(auto runs, runs_of(workspace, reader, earlier, without, curves->compared));
  curves->name = earlier.name.toStdString();
  if (runs.size() > kMostEarlierRuns) {
    curves->name += base::str(" (the newest ", kMostEarlierRuns, " of ", runs.size(), ")");
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kMostEarlierRuns));
  }
  for (const record::Run& run : runs) {
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
}

void EarlierCurveReader::read(const QString& workspace, const EarlierRuns& earlier,
                              const QStringList& without, const QStringList& metrics) {
  const std::int64_t question = ++*newest_;
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
  last_ = reply;
  Q_EMIT found(reply);
}

}  // namespace ibot::ui
