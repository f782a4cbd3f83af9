// SPDX-License-Identifier: GPL-3.0-or-later
#include "compared_curves.h"

#include <ibot/record/reader.h>

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

namespace ibot::ui {
namespace {

constexpr std::size_t kTimes = 64;  // of a summarised curve that are looked up; the others lie between

double images_per_step(const std::vector<record::PlanSegment>& segments) {
  if (segments.empty()) return 1;
  const QJsonObject plan =
      QJsonDocument::fromJson(QByteArray::fromStdString(segments.back().plan_json)).object();
  return std::max(1.0, plan[QLatin1String("derived")][QLatin1String("effective_batch")].toDouble(1));
}

base::Status summarise(record::Reader& reader, const std::string& run, const std::string& metric,
                       ComparedCurve& curve) {
  IBOT_TRY(const auto coarse, reader.coarse_curve(run, metric, kWholeComparedCurve));
  curve.points.clear();
  for (const record::CoarsePoint& point : coarse) {
    curve.points_of = std::max(curve.points_of, point.width);
    const double value = point.finite > 0 ? point.mean : std::numeric_limits<double>::quiet_NaN();
    curve.points.push_back({point.first_step + point.width / 2, 0, value});
  }
  if (curve.points.empty()) return {};
  const std::size_t last = curve.points.size() - 1;
  const std::size_t stride = std::max<std::size_t>(1, curve.points.size() / kTimes);
  std::size_t known = 0;
  for (std::size_t at = 0;; at = std::min(at + stride, last)) {
    IBOT_TRY(const auto there, reader.curve(run, metric, curve.points[at].step - 1, 1));
    curve.points[at].time = there.empty() ? curve.points[known].time : there.front().time;
    const auto between = static_cast<double>(curve.points[at].time - curve.points[known].time);
    for (std::size_t i = known + 1; i < at; ++i) {
      const auto share = static_cast<double>(i - known) / static_cast<double>(at - known);
      curve.points[i].time = curve.points[known].time + std::llround(share * between);
    }
    known = at;
    if (at == last) return {};
  }
}

base::Result<ComparedCurve> read_curve(record::Reader& reader, const record::Run& run,
                                       const std::string& metric) {
  ComparedCurve curve;
  IBOT_TRY(const auto segments, reader.plan(run.id));
  curve.images_per_step = images_per_step(segments);
  if (run.parent) curve.branch_step = run.parent->step;
  IBOT_TRY(curve.points, reader.curve(run.id, metric, -1, kWholeComparedCurve + 1));
  if (static_cast<std::int64_t>(curve.points.size()) > kWholeComparedCurve)
    IBOT_CHECK_OK(summarise(reader, run.id, metric, curve));
  return curve;
}

base::Status read_into(ComparedCurves& curves, const std::filesystem::path& folder, const QStringList& wanted,
                       const std::function<bool()>& unwanted) {
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(folder));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  std::vector<record::Run> rows;
  for (const QString& id : wanted) {
    auto row = reader.run(id.toStdString());
    if (!row && row.error().code == base::ErrorCode::NotFound) continue;  // deleted meanwhile
    if (!row) return row.error();
    rows.push_back(std::move(*row));
    curves.runs << id;
  }
  IBOT_TRY(curves.data, compare::read_runs(reader, rows));
  curves.replicates = compare::group_replicates(curves.data);
  for (const record::Run& run : rows) {
    if (unwanted()) return {};
    IBOT_TRY(ComparedCurve curve, read_curve(reader, run, curves.metric.toStdString()));
    curves.curves.push_back(std::move(curve));
  }
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

void ComparedCurveReader::read(const QString& workspace, const QStringList& runs, const QString& metric) {
  const std::int64_t question = ++*newest_;
  reading_ = true;
  QThreadPool::globalInstance()->start([workspace = std::filesystem::path(workspace.toStdString()), runs,
                                        metric, question, newest = newest_, self = QPointer(this)] {
    const auto unwanted = [&] { return newest->load() != question; };
    if (unwanted()) return;
    auto curves = std::make_shared<ComparedCurves>();
    curves->metric = metric;
    if (const base::Status read = read_into(*curves, workspace, runs, unwanted); !read) {
      *curves = {};
      curves->metric = metric;
      curves->problem = QString::fromStdString(read.error().to_text());
    }
    if (unwanted()) return;
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, curves] {
      if (self) self->answer(question, curves);
    });
  });
}

void ComparedCurveReader::answer(std::int64_t question, const ComparedCurvesPtr& curves) {
  if (question != newest_->load()) return;
  reading_ = false;
  Q_EMIT found(curves);
}

}  // namespace ibot::ui
