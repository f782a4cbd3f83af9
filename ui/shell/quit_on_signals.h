// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <array>

class QSocketNotifier;

namespace ibot::ui {

/// Lets the program end in order when it is told to go (SIGTERM, SIGHUP, SIGINT), without a question: what a
/// person chose is kept, and trainers go on. One in a program; signals are as before when it is gone.
/// Thread: the window's.
class QuitOnSignals final : public QObject {
  Q_OBJECT

 public:
  explicit QuitOnSignals(QObject* parent = nullptr);
  ~QuitOnSignals() override;

 private:
  std::array<int, 2> pipe_{-1, -1};
  QSocketNotifier* notifier_ = nullptr;
};

}  // namespace ibot::ui
