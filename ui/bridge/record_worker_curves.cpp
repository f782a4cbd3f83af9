// SPDX-License-Identifier: GPL-3.0-or-later
// The curves that the record's thread reads: whole, as summaries where they are long, as sparklines.
#include "record_worker.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr std::int64_t kCurvePoints = kWholeCurve;
// Of a long curve: 64 steps in one up to 2.5 million steps, then 4,096. Its end comes point by point, so that
// what a run does now is seen without asking.
constexpr std::int64_t kMostSummaries = 40'000;
constexpr std::int64_t kNewestSteps = 8192;
constexpr std::size_t kTimes = 256;  // that are looked up; the others lie between
// Points in one message: what the window takes in without a pause that could be felt.
constexpr std::size_t kPointsAtOnce = 40'000;
// Of 64 steps: beyond that many, the next coarser ones are more than a sparkline needs.
constexpr std::int64_t kSummaries = 64 * 64;

// Means of equal stretches.
std::vector<float> thinned(const std::vector<float>& values) {
  if (values.size() <= kSparklineValues) return values;
  std::vector<float> few(kSparklineValues);
  for (std::size_t i = 0; i < kSparklineValues; ++i) {
    const std::size_t begin = i * values.size() / kSparklineValues;
    const std::size_t end = (i + 1) * values.size() / kSparklineValues;
    double sum = 0;
    for (std::size_t at = begin; at < end; ++at) sum += static_cast<double>(values[at]);
    few[i] = static_cast<float>(sum / static_cast<double>(end - begin));
  }
  return few;
}

}  // namespace

base::Result<Sparkline> RecordWorker::read_sparkline(const CurveKey& key) {
  const std::string run = key.run.toStdString();
  const std::string metric = key.metric.toStdString();
  // Summaries of 64 steps where there are enough of them, else the points themselves.
  IBOT_TRY(const auto summaries, reader_->coarse_curve(run, metric, kSummaries));
  std::vector<float> values;
  if (summaries.size() >= kSparklineValues) {
    for (const record::CoarsePoint& point : summaries) {
      if (point.finite > 0) values.push_back(static_cast<float>(point.mean));
    }
  } else {
    IBOT_TRY(const auto points,
             reader_->curve(run, metric, -1, 64 * static_cast<std::int64_t>(kSparklineValues)));
    for (const record::CurvePoint& point : points) {
      if (std::isfinite(point.value)) values.push_back(static_cast<float>(point.value));
    }
  }
  return Sparkline{key, thinned(values)};
}

base::Status RecordWorker::read_curves() {
  auto chunks = std::make_shared<std::vector<CurveChunk>>();
  std::size_t waiting = 0;
  for (auto& [key, last] : curves_) {
    const std::string run = key.run.toStdString();
    const std::string metric = key.metric.toStdString();
    // A long curve comes in pieces, each a short read and a message of its own.
    for (;;) {
      CurveChunk chunk{key, last < 0, 1, {}};
      IBOT_TRY(chunk.points, reader_->curve(run, metric, last, kCurvePoints));
      if (chunk.points.empty()) break;
      if (chunk.from_scratch) {
        IBOT_TRY(chunk.images_per_step, images_per_step(run));
        if (static_cast<std::int64_t>(chunk.points.size()) == kCurvePoints) {
          IBOT_TRY(chunk.summaries, summarise(key));
        }
        if (!chunk.summaries.empty()) {
          const record::CoarsePoint& newest = chunk.summaries.back().steps;
          IBOT_TRY(chunk.points,
                   reader_->curve(run, metric, newest.first_step + newest.width - 1, kCurvePoints));
          if (chunk.points.empty()) break;  // taken back meanwhile: the next look sends it anew
        }
      }
      last = chunk.points.back().step;
      const bool more = static_cast<std::int64_t>(chunk.points.size()) == kCurvePoints;
      waiting += chunk.points.size();
      chunks->push_back(std::move(chunk));
      if (waiting >= kPointsAtOnce) {
        Q_EMIT curves_changed(std::move(chunks));
        chunks = std::make_shared<std::vector<CurveChunk>>();
        waiting = 0;
      }
      if (!more) break;
    }
  }
  if (!chunks->empty()) Q_EMIT curves_changed(std::move(chunks));
  return {};
}

base::Result<std::vector<SummarisedSteps>> RecordWorker::summarise(const CurveKey& key) {
  const std::string run = key.run.toStdString();
  const std::string metric = key.metric.toStdString();
  IBOT_TRY(std::vector<record::CoarsePoint> coarse, reader_->coarse_curve(run, metric, kMostSummaries));
  if (coarse.empty()) return std::vector<SummarisedSteps>();
  const std::int64_t end = coarse.back().first_step + coarse.back().width;
  // The last one may still grow.
  coarse.pop_back();
  while (!coarse.empty() && coarse.back().first_step + coarse.back().width > end - kNewestSteps)
    coarse.pop_back();
  std::vector<SummarisedSteps> summaries;
  summaries.reserve(coarse.size());
  for (const record::CoarsePoint& point : coarse) summaries.push_back({point, 0});
  if (summaries.empty()) return summaries;
  // Where each begins in time: some are looked up, those between are taken to go evenly.
  const std::size_t last = summaries.size() - 1;
  const std::size_t stride = std::max<std::size_t>(1, summaries.size() / kTimes);
  std::size_t known = 0;
  for (std::size_t at = 0;; at = std::min(at + stride, last)) {
    IBOT_TRY(const auto first, reader_->curve(run, metric, summaries[at].steps.first_step - 1, 1));
    if (first.empty()) return std::vector<SummarisedSteps>();  // taken back meanwhile
    summaries[at].time = first.front().time;
    const auto between = static_cast<double>(summaries[at].time - summaries[known].time);
    for (std::size_t i = known + 1; i < at; ++i) {
      const auto share = static_cast<double>(i - known) / static_cast<double>(at - known);
      summaries[i].time = summaries[known].time + std::llround(share * between);
    }
    known = at;
    if (at == last) return summaries;
  }
}

void RecordWorker::refine(const std::vector<CurveStretch>& stretches, const std::function<bool()>& unwanted) {
  for (const CurveStretch& stretch : stretches) {
    if (!reader_ || unwanted()) return;
    if (!curves_.contains(stretch.key)) continue;
    auto points = reader_->curve(stretch.key.run.toStdString(), stretch.key.metric.toStdString(),
                                 stretch.from - 1, stretch.to - stretch.from);
    if (!points && points.error().code == base::ErrorCode::NotFound) continue;  // deleted meanwhile
    if (!points) return fail(points.error(), points.error().code == base::ErrorCode::Corrupt);
    std::erase_if(*points, [&](const record::CurvePoint& point) { return point.step >= stretch.to; });
    auto chunks = std::make_shared<std::vector<CurveChunk>>();
    chunks->push_back({stretch.key, false, 1, std::move(*points), {}, std::pair(stretch.from, stretch.to)});
    Q_EMIT curves_changed(std::move(chunks));
  }
}

}  // namespace ibot::ui
