// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>

#include <optional>
#include <string>
#include <vector>

namespace ibot::figure {

/// What was measured of several things, once each: a group of bars a measure, a bar a thing, all from 0.
struct BarFigure {
  struct Group {
    std::string name = {};                 ///< of the measure
    std::vector<double> values = {};       ///< [names]; what is not finite has no bar and says so
    std::optional<double> reference = {};  ///< an upright line through the group
  };
  std::string title = {};
  std::string subtitle = {};
  std::string value_label = {};           ///< "share"
  std::vector<std::string> caption = {};  ///< paragraphs
  std::vector<std::string> names = {};    ///< of the things, 1 to 64, which have a colour each
  std::vector<Group> groups = {};         ///< 1 to 64, drawn from above
  std::string reference_name = {};        ///< of the lines, for the legend
  double width = 720;                     ///< 320 to 4096
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (no or too many groups or names, as many values as there are names, width out of
/// range, beyond 30,000 units in height).
IBOT_API base::Result<Figure> draw_bars(const BarFigure& content);

}  // namespace ibot::figure
