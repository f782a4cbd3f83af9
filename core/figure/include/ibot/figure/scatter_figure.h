// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::figure {

/// Points of a plane in the colours of their labels. The axes have no unit: none is drawn, and both have one
/// scale.
struct ScatterFigure {
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> caption = {};
  std::vector<float> points = {};         ///< [N, 2]: x to the right, y up
  std::vector<std::uint8_t> labels = {};  ///< [N], cluster_colour() of each
  std::vector<std::string> legend = {};   ///< by label; at most 128
  double side = 480;                      ///< of the plot, 160 to 4096 units
  Theme theme = Theme::Light;
};

/// Points that are not finite are left out. Errors: InvalidArgument (as many labels as points are needed, no
/// or more than 100,000 points, a label without a legend, a side out of range).
IBOT_API base::Result<Figure> draw_scatter(const ScatterFigure& content);

}  // namespace ibot::figure
