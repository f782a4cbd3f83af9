// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace ibot::ui {

/// Something that happened at a step.
struct PlotEvent {
  double step = 0;
  QString text;
  bool warning = false;
};

/// A value to compare with: "raw pixels".
struct PlotReference {
  QString label;
  double value = 0;
};

}  // namespace ibot::ui
