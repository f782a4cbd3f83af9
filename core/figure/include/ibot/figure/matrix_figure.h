// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>

#include <string>
#include <vector>

namespace ibot::figure {

/// A table of numbers as colours, with names at its sides and, where squares are large enough, the numbers.
struct MatrixFigure {
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> caption = {};  ///< paragraphs; colours and range are added
  std::string down = {}, across = {};     ///< what rows and columns are
  std::vector<std::string> rows = {};     ///< names, 1 to 1024
  std::vector<std::string> columns = {};  ///< names, 1 to 1024
  std::vector<float> values = {};         ///< [rows * columns]; what is not finite is grey
  Range range = {};
  ColourMap colours = ColourMap::Viridis;
  std::string unit = {};  ///< what the numbers are
  std::string cell = {};  ///< what one square is, for the caption
  int decimals = 2;       ///< of the numbers in squares
  double side = 380;      ///< of the longer side, 64 to 4096 units
  Theme theme = Theme::Light;
};

/// Names that would touch are left out, every second or third of them.
///
/// Errors: InvalidArgument (no or too many rows or columns, as many values as those need, side out of range).
IBOT_API base::Result<Figure> draw_matrix(const MatrixFigure& content);

}  // namespace ibot::figure
