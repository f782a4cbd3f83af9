// SPDX-License-Identifier: GPL-3.0-or-later
#include "stall_watch.h"

#include <QEventLoop>
#include <algorithm>

namespace ibot::gui_test {
namespace {

constexpr int kBeatMillis = 1;

}  // namespace

StallWatch::StallWatch() {
  beat_.setTimerType(Qt::PreciseTimer);
  beat_.setInterval(kBeatMillis);
  QObject::connect(&beat_, &QTimer::timeout, &beat_, [this] {
    delays_.push_back(std::max(0.0, static_cast<double>(since_.nsecsElapsed()) / 1e6 - kBeatMillis));
    since_.start();
  });
  since_.start();
  beat_.start();
}

double StallWatch::longest() const {
  return delays_.empty() ? 0 : *std::max_element(delays_.begin(), delays_.end());
}

void StallWatch::run_loop(int milliseconds) {
  QEventLoop loop;
  QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
  loop.exec();
}

}  // namespace ibot::gui_test
