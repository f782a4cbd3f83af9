// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe_view.h"
#include "record_changes.h"

#include <ibot/record/store.h>

#include <QHash>
#include <QObject>
#include <QThread>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace ibot::ui {

class RecordWorker;

/// The window's view of one workspace: what is known of its runs, kept up to date by signals. Lives on the
/// window's thread; no call waits for the disk. Reading and writing happen on a thread of its own
/// (RecordWorker).
class Record final : public QObject {
  Q_OBJECT

 public:
  explicit Record(QObject* parent = nullptr);
  ~Record() override;

  /// Opens another workspace; opened() or problem() says how it went.
  void open(const QString& folder);
  void close();
  /// Empty while none is open.
  const QString& folder() const { return folder_; }

  /// By id; nullptr if unknown.
  const RunView* run(const QString& id) const;
  const std::map<QString, RunView>& runs() const { return runs_; }
  /// Never null.
  const QueueViewPtr& queue() const { return queue_; }
  /// What a run's colour follows: the number that it was given at its creation.
  int colour_index(const QString& run) const;

  /// Values of the plan, evaluations, notes; nullptr until they were read.
  const RunTraits* traits(const QString& run) const;
  /// Values of a curve in few points; empty until they were read, see sketch().
  const std::vector<float>& sparkline(const CurveKey& key) const;

  void follow(std::vector<CurveKey> curves);
  /// Asks for every point of stretches of followed curves that came as summaries (CurveChunk::refined). A
  /// newer request takes the place of an older one that was not read yet.
  void refine(std::vector<CurveStretch> stretches);
  /// Which sparklines to read and keep up to date, most urgent first.
  void sketch(std::vector<CurveKey> curves);
  void show(const QString& run);
  /// Whose probe pictures to follow: the newest is sent at once, and while `live` each newer one. An empty
  /// run ends it.
  void watch_probes(const QString& run, bool live);

  /// Leaves a command for a run's trainer. `what` stands before an error: "Pausing run 7".
  void command(const QString& run, record::CommandKind kind, const QString& what);
  /// Writes on the record's thread. A failure is said by problem() with `what` before it; `done`, if given,
  /// is called here, after the record's news of the write.
  void write(std::function<base::Status(record::Store&)> action, const QString& what,
             std::function<void(bool succeeded)> done = {});
  /// Asks for the whole text of a note.
  void read_note(const QString& run, std::int64_t number);

 Q_SIGNALS:
  void opened(const QString& folder, const QString& mode);
  void closed();
  /// The ids of those that are new or changed.
  void runs_changed(const QStringList& runs);
  /// The ids of those that were deleted for good.
  void runs_removed(const QStringList& runs);
  /// The ids of the runs of which more is known.
  void traits_changed(const QStringList& runs);
  void sparklines_changed(const QStringList& runs);
  void curves_changed(ibot::ui::CurveChunks chunks);
  void details_changed(ibot::ui::RunDetailsPtr details);
  void queue_changed();
  void probes_changed(ibot::ui::ProbeViewPtr view);
  void note_read(const QString& run, qint64 number, const QString& text);
  void problem(ibot::ui::RecordProblem problem);

 private:
  void take_runs(const RunViews& views);
  void take_queue(const QueueViewPtr& queue);
  void forget_runs(const QStringList& runs);
  void take_traits(const RunTraitsList& list);
  void take_sparklines(const Sparklines& list);
  void finish_write(std::int64_t ticket, bool succeeded);

  QThread thread_;
  RecordWorker* worker_;
  QString folder_;
  std::map<QString, RunView> runs_;
  QueueViewPtr queue_ = std::make_shared<const QueueView>();
  std::set<std::string> queued_;  ///< ids of the runs that wait in it
  QHash<QString, RunTraitsPtr> traits_;
  std::map<CurveKey, std::vector<float>> sparklines_;
  QHash<qint64, std::function<void(bool)>> writes_;
  qint64 last_ticket_ = 0;
  std::shared_ptr<std::atomic<qint64>> refinement_ = std::make_shared<std::atomic<qint64>>(0);
};

}  // namespace ibot::ui
