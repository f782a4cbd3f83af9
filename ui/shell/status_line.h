// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;

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

  Record& record_;
  QLabel* dot_;
  QLabel* name_;
  QProgressBar* bar_;
  QLabel* step_;
  QLabel* rate_;
  QLabel* left_;
  QLabel* others_;
};

}  // namespace ibot::ui
