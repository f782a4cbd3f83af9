// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>

#include <QObject>
#include <QString>

namespace ibot::ui {

/// What the demo is asked for; as for `ibot demo`.
struct DemoRequest {
  QString folder = {};    ///< --out: pictures and record
  QString pictures = {};  ///< --data: own pictures; empty: the built-in scenes
  double minutes = 0;     ///< the fresh run is stopped after so many; 0: it trains to its end
};

/// The demo: the workspace with the finished run is there at once, then a fresh run of the same recipe starts
/// in it. Both are calls of `ibot demo`; drawing the pictures takes some seconds. Thread: the window's.
class Demo final : public QObject {
  Q_OBJECT

 public:
  explicit Demo(DemoRequest request, QObject* parent = nullptr);

  void start();
  /// Before the fresh run is recorded: ends what is being done; cancelled() comes at once.
  void cancel();
  /// The fresh run; empty until it is recorded.
  const QString& run() const { return run_; }
  /// The finished run that is shipped; empty where there is none.
  const QString& reference() const { return reference_; }

 Q_SIGNALS:
  void workspace_ready(const QString& folder);
  /// What is being done, in a line.
  void said(const QString& line);
  void run_started(const QString& run);
  /// The time is over.
  void time_is_up(const QString& run);
  void failed(const QString& why);
  void cancelled();

 private:
  QStringList arguments(const QString& mode) const;
  void prepared(const ProgramResult& result);
  void started(const ProgramResult& result);

  DemoRequest request_;
  Program* prepare_;
  Program* start_;
  QString run_, reference_;
};

}  // namespace ibot::ui
