// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <string>

class QLabel;
class QProgressBar;

namespace ibot::record {
struct Run;
}

namespace ibot::ui {

class Record;
struct RunView;

/// The line at the foot of every page: the run that trains now, its step, rate and time left, in fixed places
/// so that nothing moves while numbers change.
class StatusLine final : public QWidget {
  Q_OBJECT

 public:
  explicit StatusLine(Record& record, QWidget* parent = nullptr);

 private:
  void refresh();
  void measure_pace(const record::Run& run);

  Record& record_;
  QLabel* dot_;
  QLabel* name_;
  QProgressBar* bar_;
  QLabel* step_;
  QLabel* rate_;
  QLabel* left_;
  QLabel* others_;
  double pace_ = 0;  ///< seconds a step; 0: not known yet
  std::string pace_run_;
  std::int64_t pace_step_ = 0;
  std::int64_t pace_since_ = 0;  ///< microseconds: when that step was told
};

}  // namespace ibot::ui
