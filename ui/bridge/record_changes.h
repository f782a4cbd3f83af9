// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/liveness.h>
#include <ibot/record/queue.h>
#include <ibot/record/rows.h>
#include <ibot/record/store.h>
#include <ibot/runs/parameters.h>

#include <QMetaType>
#include <QString>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

// What the record's thread tells the window. Values are shared and never changed after they were sent.
namespace ibot::ui {

/// A run as it should be shown: the row, and whether its trainer is really there.
struct RunView {
  record::Run run;
  record::EffectiveStatus status;
  bool queued = false;  ///< it waits in the queue for a trainer; Record keeps this true
};
using RunViews = std::shared_ptr<const std::vector<RunView>>;

/// One curve of one run.
struct CurveKey {
  QString run;
  QString metric;

  friend bool operator<(const CurveKey& a, const CurveKey& b) {
    return std::tie(a.run, a.metric) < std::tie(b.run, b.metric);
  }
};

/// Steps [from, to) of a curve.
struct CurveStretch {
  CurveKey key;
  std::int64_t from = 0, to = 0;
};

/// Consecutive steps of a long curve in one: record::CoarsePoint with a time.
struct SummarisedSteps {
  record::CoarsePoint steps;
  std::int64_t time = 0;  ///< microseconds: interpolated between some of them
};

/// New points of a curve, ascending by step. `from_scratch`: they replace what was known (a resumed run may
/// have gone back). A curve of more than kWholeCurve points comes from scratch with summaries of all but its
/// newest steps, which the points follow; every point of a stretch is asked for by Record::refine().
struct CurveChunk {
  CurveKey key;
  bool from_scratch = false;
  double images_per_step = 1;  ///< the plan's batch over all processes
  std::vector<record::CurvePoint> points;
  std::vector<SummarisedSteps> summaries = {};
  /// The points are all of these steps and stand for their summaries; nothing else changes.
  std::optional<std::pair<std::int64_t, std::int64_t>> refined = {};
};
inline constexpr std::int64_t kWholeCurve = 20'000;
using CurveChunks = std::shared_ptr<const std::vector<CurveChunk>>;

/// What the table of runs knows of a run beside its row. Read once, and anew when the run changed; the plan
/// only when it was extended.
struct RunTraits {
  QString run;
  std::shared_ptr<const runs::Parameters> parameters;  ///< never null
  std::vector<runs::EvaluationValue> evaluations;
  std::int64_t notes = 0;
};
using RunTraitsPtr = std::shared_ptr<const RunTraits>;
using RunTraitsList = std::shared_ptr<const std::vector<RunTraitsPtr>>;

/// The shape of one curve in few values, oldest first, for a cell of a table.
struct Sparkline {
  CurveKey key;
  std::vector<float> values;  ///< finite; at most kSparklineValues
};
inline constexpr std::size_t kSparklineValues = 60;
using Sparklines = std::shared_ptr<const std::vector<Sparkline>>;

/// Characters of a note that details carry; the rest is read on demand (Record::read_note).
inline constexpr std::int64_t kShownNote = 4000;

/// What one run left, apart from curves: for the pages that show a single run.
struct RunDetails {
  QString run;
  std::vector<std::string> metrics;
  std::vector<record::Event> events;
  std::vector<record::Evaluation> evaluations;
  std::vector<record::Checkpoint> checkpoints;
  std::vector<record::Note> notes;  ///< shortened to kShownNote
  std::vector<std::string> log;
  std::vector<record::Command> commands;
  std::string plan_json;
  std::int64_t prototypes = 0;  ///< of the head, after the plan; 0: not known
  double seconds_per_step = 0;  ///< of the newest steps, all that lies between them included; 0: not known
  std::vector<std::string> children;  ///< ids of the runs that branch from it
};
using RunDetailsPtr = std::shared_ptr<const RunDetails>;

/// An item of the queue as it should be shown.
struct QueueRow {
  record::QueueItem item;
  QString sentence;  ///< where it stands
  int place = 0;     ///< among those that wait for its device, from 1; 0: it does not wait
};

/// Who works on a device, and whether that process is really there.
struct QueueWorkerView {
  record::QueueWorker worker;
  record::Life life;
};

struct QueueView {
  std::vector<QueueRow> rows;
  std::vector<QueueWorkerView> workers;
};
using QueueViewPtr = std::shared_ptr<const QueueView>;

/// Something that cannot be read or written, in words, with what can be done.
struct RecordProblem {
  QString what;
  QString hint;
  bool closed = false;  ///< the record is no longer followed
  base::ErrorCode code = base::ErrorCode::Internal;
  /// What could not be written and may be tried again; empty: nothing.
  std::function<base::Status(record::Store&)> retry = {};
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::RunViews)
Q_DECLARE_METATYPE(ibot::ui::CurveChunks)
Q_DECLARE_METATYPE(ibot::ui::RunTraitsList)
Q_DECLARE_METATYPE(ibot::ui::Sparklines)
Q_DECLARE_METATYPE(ibot::ui::RunDetailsPtr)
Q_DECLARE_METATYPE(ibot::ui::QueueViewPtr)
Q_DECLARE_METATYPE(ibot::ui::RecordProblem)
