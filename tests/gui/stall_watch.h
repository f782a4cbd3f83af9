// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <vector>

namespace ibot::gui_test {

/// Measures how long the event loop of the thread that makes it leaves a beat of one millisecond waiting:
/// what a person at the window would feel as a block. What the machine gives to others counts too.
class StallWatch {
 public:
  StallWatch();

  /// Milliseconds by which each beat came late, in order.
  const std::vector<double>& delays() const { return delays_; }
  double longest() const;
  /// Turns the event loop for so long.
  static void run_loop(int milliseconds);

 private:
  QTimer beat_;
  QElapsedTimer since_;
  std::vector<double> delays_;
};

}  // namespace ibot::gui_test
