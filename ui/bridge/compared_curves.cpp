// SPDX-License-Identifier: GPL-3.0-or-later
#include "compared_curves.h"

#include "comparison_sources.h"

#include <ibot/base/text.h>
#include <ibot/compare/study_names.h>
#include <ibot/record/study.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace ibot::ui {
namespace {

bool holds(const std::vector<compare::RunData>& data, const std::string& id) {
  return std::any_of(data.begin(), data.end(),
                     [&](const compare::RunData& each) { return each.run.id == id; });
}

// Ids of the earlier runs, the newest last, without those that are compared.
base::Result<std::vector<std::string>> earlier_ids(const record::Workspace& workspace,
                                                   const CurveReply& reply) {
  const EarlierRuns& earlier = reply.request.earlier;
  std::vector<std::string> ids;
  if (earlier.study.isEmpty()) {
    for (const QString& run : earlier.runs) ids.push_back(run.toStdString());
  } else {
    IBOT_TRY(const record::Study study, record::read_study(workspace, earlier.study.toStdString()));
    for (const record::StudyRun& run : study.runs) ids.push_back(run.run);
  }
  std::erase_if(ids, [&](const std::string& id) { return holds(reply.curves.data, id); });
  return ids;
}

base::Status read_earlier(record::Reader& reader, CurveReply& reply, const std::function<bool()>& unwanted) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(reply.request.workspace.toStdString()));
  IBOT_TRY(const std::vector<std::string> ids, earlier_ids(workspace, reply));
  std::vector<record::Run> runs;
  for (const std::string& id : ids) {
    auto run = reader.run(id);
    if (run) {
      runs.push_back(std::move(*run));
    } else if (run.error().code != base::ErrorCode::NotFound) {
      return run.error();
    }
  }
  std::sort(runs.begin(), runs.end(),
            [](const record::Run& a, const record::Run& b) { return a.created < b.created; });
  auto earlier = std::make_shared<compare::EarlierCurves>();
  earlier->name = reply.request.earlier.name.toStdString();
  if (runs.size() > kMostEarlierRuns) {
    earlier->name += base::str(" (the newest ", kMostEarlierRuns, " of ", runs.size(), ")");
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kMostEarlierRuns));
  }
  for (const record::Run& run : runs) {
    if (unwanted()) return {};
    IBOT_TRY(compare::RunCurve curve, compare::read_run_curve(reader, run, reply.curves.metric));
    earlier->curves.push_back(std::move(curve));
  }
  reply.curves.earlier = std::move(earlier);
  return {};
}

base::Status read_into(CurveReply& reply, const CurveReplyPtr& last, const std::function<bool()>& unwanted) {
  const CurveRequest& request = reply.request;
  compare::ComparedCurves& curves = reply.curves;
  curves.metric = request.metric.toStdString();
  IBOT_TRY(auto sources, open_comparison_sources(request.workspace, request.runs, request.bundles));
  for (ComparisonSource& source : sources) {
    IBOT_TRY(auto data, compare::read_runs(source.reader, source.runs, source.name));
    std::move(data.begin(), data.end(), std::back_inserter(curves.data));
    for (const record::Run& run : source.runs) {
      if (unwanted()) return {};
      IBOT_TRY(compare::RunCurve curve, compare::read_run_curve(source.reader, run, curves.metric));
      curves.curves.push_back(std::move(curve));
    }
  }
  curves.replicates = compare::group_replicates(curves.data);
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(request.workspace.toStdString()));
  // Records of an earlier version have none.
  if (const auto studies = record::read_studies(workspace)) {
    for (const record::Study& study : *studies) reply.studies << QString::fromStdString(study.name);
    if (const record::Study* study = compare::study_of(*studies, curves.data))
      compare::name_by_levels(*study, curves.data, curves.replicates);
  }
  if (request.earlier.name.isEmpty()) return {};
  const bool known = last && last->request.workspace == request.workspace &&
                     last->request.metric == request.metric && last->request.earlier == request.earlier &&
                     last->request.runs == request.runs && last->curves.earlier;
  if (!known) return read_earlier(sources.front().reader, reply, unwanted);
  curves.earlier = last->curves.earlier;
  return {};
}

}  // namespace

ComparedCurveReader::ComparedCurveReader(QObject* parent) : QObject(parent) {}

ComparedCurveReader::~ComparedCurveReader() {
  forget();
}

void ComparedCurveReader::forget() {
  ++*newest_;
  reading_ = false;
}

void ComparedCurveReader::read(const CurveRequest& request) {
  const std::int64_t question = ++*newest_;
  reading_ = true;
  QThreadPool::globalInstance()->start(
      [request, question, last = last_, newest = newest_, self = QPointer(this)] {
        const auto unwanted = [&] { return newest->load() != question; };
        if (unwanted()) return;
        auto reply = std::make_shared<CurveReply>();
        reply->request = request;
        if (const base::Status read = read_into(*reply, last, unwanted); !read) {
          *reply = {};
          reply->request = request;
          reply->curves.metric = request.metric.toStdString();
          reply->problem = QString::fromStdString(read.error().to_text());
        }
        // Whoever keeps the answer keeps no bundle's files with it.
        reply->request.bundles.clear();
        if (unwanted()) return;
        QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, reply] {
          if (self) self->answer(question, reply);
        });
      });
}

void ComparedCurveReader::answer(std::int64_t question, const CurveReplyPtr& reply) {
  if (question != newest_->load()) return;
  reading_ = false;
  last_ = reply;
  Q_EMIT found(reply);
}

}  // namespace ibot::ui
