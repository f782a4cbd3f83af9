// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QFrame>

class QLabel;
class QPushButton;

namespace ibot::ui {

/// Stopping a run without a dialog: asks first where the run has trained for long, says that it is being
/// stopped, and then offers to do it at once, with what is lost by that.
class StopBanner final : public QFrame {
  Q_OBJECT

 public:
  explicit StopBanner(Record& record, QWidget* parent = nullptr);

  /// From how many seconds of training on it asks; ten minutes at first.
  void set_long_run(double seconds) { long_seconds_ = seconds; }
  /// Stops a run after its step, or asks whether to.
  void stop(const QString& run);
  /// Stops a run at once.
  void stop_now(const QString& run);

 private:
  void send(record::CommandKind kind);
  void refresh();
  QString name() const;

  Record& record_;
  double long_seconds_ = 600;
  QString run_;
  std::int64_t saved_ = 0;  ///< step of the last full checkpoint
  bool known_ = false;      ///< whether that is known of this run
  bool sent_ = false;
  QLabel* words_;
  QPushButton* yes_;
  QPushButton* no_;
};

}  // namespace ibot::ui
