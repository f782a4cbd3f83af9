// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe_view.h"
#include "record_changes.h"

#include <ibot/record/store.h>

#include <QObject>
#include <QThread>
#include <functional>
#include <map>

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

  void follow(std::vector<CurveKey> curves);
  void show(const QString& run);
  /// Whose probe pictures to follow: the newest is sent at once, and while `live` each newer one. An empty
  /// run ends it.
  void watch_probes(const QString& run, bool live);

  /// Leaves a command for a run's trainer. `what` stands before an error: "Pausing run 7".
  void command(const QString& run, record::CommandKind kind, const QString& what);
  void write(std::function<base::Status(record::Store&)> action, const QString& what);

 Q_SIGNALS:
  void opened(const QString& folder, const QString& mode);
  void closed();
  /// The ids of those that are new or changed.
  void runs_changed(const QStringList& runs);
  /// The ids of those that were deleted for good.
  void runs_removed(const QStringList& runs);
  void curves_changed(ibot::ui::CurveChunks chunks);
  void details_changed(ibot::ui::RunDetailsPtr details);
  void queue_changed();
  void probes_changed(ibot::ui::ProbeViewPtr view);
  void problem(ibot::ui::RecordProblem problem);

 private:
  void take_runs(const RunViews& views);
  void forget_runs(const QStringList& runs);

  QThread thread_;
  RecordWorker* worker_;
  QString folder_;
  std::map<QString, RunView> runs_;
  QueueViewPtr queue_ = std::make_shared<const QueueView>();
};

}  // namespace ibot::ui
