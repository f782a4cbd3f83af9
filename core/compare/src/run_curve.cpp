// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/compare/run_curve.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::compare {
namespace {

constexpr std::size_t kTimes = 64;  // of a summarised curve that are looked up; the others lie between
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double images_per_step(const std::vector<record::PlanSegment>& segments) {
  if (segments.empty()) return 1;
  const auto plan = nlohmann::json::parse(segments.back().plan_json, nullptr, false);
  if (!plan.is_object() || !plan.contains("derived") || !plan["derived"].is_object()) return 1;
  const auto batch = plan["derived"].find("effective_batch");
  if (batch == plan["derived"].end() || !batch->is_number()) return 1;
  return std::max(1.0, batch->get<double>());
}

base::Status summarise(record::Reader& reader, const std::string& run, const std::string& metric,
                       RunCurve& curve) {
  IBOT_TRY(const auto coarse, reader.coarse_curve(run, metric, kWholeCurve));
  curve.points.clear();
  for (const record::CoarsePoint& point : coarse) {
    curve.points_of = std::max(curve.points_of, point.width);
    curve.points.push_back({point.first_step + point.width / 2, 0, point.finite > 0 ? point.mean : kNone});
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

}  // namespace

base::Result<RunCurve> read_run_curve(record::Reader& reader, const record::Run& run,
                                      const std::string& metric) {
  RunCurve curve;
  IBOT_TRY(const auto segments, reader.plan(run.id));
  curve.images_per_step = images_per_step(segments);
  if (run.parent) curve.branch_step = run.parent->step;
  IBOT_TRY(curve.points, reader.curve(run.id, metric, -1, kWholeCurve + 1));
  if (static_cast<std::int64_t>(curve.points.size()) > kWholeCurve)
    IBOT_CHECK_OK(summarise(reader, run.id, metric, curve));
  return curve;
}

std::string_view to_string(Alignment alignment) {
  switch (alignment) {
    case Alignment::Step:
      return "step";
    case Alignment::Images:
      return "images";
    case Alignment::Time:
      return "time";
    case Alignment::Branch:
      return "branch";
  }
  return "";
}

AlignedCurve align(const RunCurve& curve, Alignment alignment) {
  AlignedCurve aligned;
  if (curve.points.empty()) return aligned;
  const std::int64_t begin = curve.points.front().time;
  for (const record::CurvePoint& point : curve.points) {
    auto x = static_cast<double>(point.step);
    if (alignment == Alignment::Images) x *= curve.images_per_step;
    if (alignment == Alignment::Branch) x -= static_cast<double>(curve.branch_step);
    if (alignment == Alignment::Time) x = static_cast<double>(point.time - begin) / 1e6;
    if (!aligned.x.empty() && x <= aligned.x.back()) continue;
    aligned.x.push_back(x);
    aligned.y.push_back(std::isfinite(point.value) ? point.value : kNone);
  }
  return aligned;
}

}  // namespace ibot::compare
