// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "record_changes.h"

#include <ibot/record/store.h>

#include <QHash>
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
  /// The order in which a run was first seen: what its colour follows.
  int colour_index(const QString& run) const { return colours_.value(run, 0); }

  void follow(std::vector<CurveKey> curves);
  void show(const QString& run);

  /// Leaves a command for a run's trainer. `what` stands before an error: "Pausing run 7".
  void command(const QString& run, record::CommandKind kind, const QString& what);
  void write(std::function<base::Status(record::Store&)> action, const QString& what);

 Q_SIGNALS:
  void opened(const QString& folder, const QString& mode);
  void closed();
  /// The ids of those that are new or changed.
  void runs_changed(const QStringList& runs);
  void curves_changed(ibot::ui::CurveChunks chunks);
  void details_changed(ibot::ui::RunDetailsPtr details);
  void problem(ibot::ui::RecordProblem problem);

 private:
  void take_runs(const RunViews& views);

  QThread thread_;
  RecordWorker* worker_;
  QString folder_;
  std::map<QString, RunView> runs_;
  QHash<QString, int> colours_;
};

}  // namespace ibot::ui
