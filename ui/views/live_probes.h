// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QWidget>

class QButtonGroup;
class QLabel;
class QTimer;

namespace ibot::ui {

class ProbeWall;

/// What the network of a run sees now: its probe pictures with attention, components, clusters and
/// prototypes, from the newest snapshot in the record, with its step and age. Live follows, Once looks one
/// time, Frozen stays.
class LiveProbes final : public QWidget {
  Q_OBJECT

 public:
  enum class Mode : std::uint8_t { Live = 1, Once, Frozen };

  explicit LiveProbes(Record& record, QWidget* parent = nullptr);

  void set_run(const QString& run);
  void set_mode(Mode mode);
  Mode mode() const { return mode_; }
  /// Of what is shown; negative while nothing is.
  qint64 step() const;
  const ProbeWall& wall() const { return *wall_; }

 private:
  void take(const ProbeViewPtr& view);
  void refresh_age();

  Record& record_;
  QString run_;
  Mode mode_ = Mode::Live;
  ProbeViewPtr view_;
  QButtonGroup* modes_;
  QLabel* when_;
  QLabel* empty_;
  QWidget* scroll_;
  ProbeWall* wall_;
  QTimer* clock_;
};

}  // namespace ibot::ui
