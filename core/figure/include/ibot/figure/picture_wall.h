// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/picture.h>

#include <string>
#include <vector>

namespace ibot::figure {

/// Small pictures in rows and named columns: the same pictures at several moments of a training, or in
/// several runs. Maps are one pixel a patch and are shown as flat squares.
struct PictureWall {
  struct Column {
    std::string name;   ///< over the column: "picture", "step 400"
    std::string group;  ///< over columns that stand side by side and share it; may be empty
  };
  std::string title;
  std::string subtitle;
  std::vector<std::string> caption;
  std::vector<Column> columns;                 ///< 1 to 40
  std::vector<std::vector<PictureView>> rows;  ///< 1 to 200, each with a picture a column
  double side = 104;                           ///< of a picture, 32 to 512 units
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (no or too many rows or columns, a row of another length, a picture of the wrong
/// size).
IBOT_API base::Result<Figure> draw_picture_wall(const PictureWall& content);

}  // namespace ibot::figure
