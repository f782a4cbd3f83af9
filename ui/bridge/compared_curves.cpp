// SPDX-License-Identifier: GPL-3.0-or-later
#include "compared_curves.h"

#include "comparison_sources.h"

#include <ibot/compare/study_names.h>
#include <ibot/record/study.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

namespace ibot::ui {
namespace {

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
  std::vector<std::string> compared;
  for (const compare::RunData& data : curves.data) compared.push_back(data.run.id);
  IBOT_TRY(const EarlierList list,
           list_earlier_runs(workspace, sources.front().reader, request.earlier, compared));
  reply.earlier = list.state();
  const bool known = last && last->request.workspace == request.workspace &&
                     last->request.metric == request.metric && last->request.earlier == request.earlier &&
                     last->request.runs == request.runs && last->earlier == reply.earlier &&
                     last->curves.earlier;
  if (known) {
    curves.earlier = last->curves.earlier;
    return {};
  }
  IBOT_TRY(curves.earlier, read_earlier_curves(sources.front().reader, list, curves.metric, unwanted));
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
