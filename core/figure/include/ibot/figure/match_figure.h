// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/picture.h>

#include <array>
#include <string>
#include <vector>

namespace ibot::figure {

/// Two pictures side by side and lines between patches that belong together.
struct MatchFigure {
  struct Side {
    std::string caption = {};
    PictureView picture = {};
    int rows = 0, columns = 0;  ///< patch grid
  };
  struct Line {
    int first_row = 0, first_column = 0;
    int second_row = 0, second_column = 0;
    bool dashed = false;  ///< known not to belong together
  };
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> caption = {};
  std::array<Side, 2> sides = {};
  std::vector<Line> lines = {};  ///< at most 4096, each in the next colour of clusters
  double side = 360;             ///< longer side of a picture, 64 to 1024 units
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (a picture of the wrong size, a patch outside its grid, too many lines).
IBOT_API base::Result<Figure> draw_matches(const MatchFigure& content);

}  // namespace ibot::figure
