// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "curve_line.h"
#include "curve_plot.h"

#include <QLatin1String>
#include <limits>

// What the sources of CurvePlot share and nobody else sees.
namespace ibot::ui {

inline constexpr int kFocusRing = 2;
inline constexpr QLatin1String kLabelLayer("labels");
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct CurvePlot::Line {
  PlotSeries series;
  CurveLine* curve = nullptr;
  QCPItemText* label = nullptr;
  QCPGraph* band_low = nullptr;  ///< both or none
  QCPGraph* band_high = nullptr;
  QCPRange band;  ///< what an axis has to show of it

  const CurvePoints& points() const { return curve->points(); }
};

struct CurvePlot::Backdrop {
  QCPGraph* low = nullptr;
  QCPGraph* high = nullptr;
  QCPGraph* middle = nullptr;
  QCPRange band;  ///< what an axis has to show of it
};

}  // namespace ibot::ui
