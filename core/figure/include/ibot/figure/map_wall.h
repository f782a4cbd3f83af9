// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/map_sheet.h>
#include <ibot/figure/picture_wall.h>

#include <string>
#include <vector>

namespace ibot::figure {

/// Maps over pictures in named rows and columns: runs beside each other. Cells that are differences have
/// colours and a bar of their own, blue below nothing and red above.
struct MapWall {
  struct Cell {
    MapTile tile = {};  ///< neither picture nor map: an empty place; its caption stands above it
    bool difference = false;
    std::string note = {};  ///< stands in an empty place, two lines at most
  };
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> caption = {};          ///< paragraphs; colours and ranges are added
  std::vector<std::string> rows = {};             ///< names, 1 to 64
  std::vector<PictureWall::Column> columns = {};  ///< 1 to 400
  std::vector<Cell> cells = {};                   ///< [rows * columns]
  double side = 140;                              ///< longer side of a cell, 32 to 512 units
  ColourMap colours = ColourMap::Viridis;
  Range range = {};             ///< of all maps
  Range difference_range = {};  ///< of all differences
  std::string unit = {};        ///< what the numbers are
  Upsampling upsampling = Upsampling::Nearest;
  double opacity = 0.75;  ///< of a map over its picture
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (no or too many rows or columns, as many cells as those need, a picture or grid of
/// the wrong size, a side or an opacity out of range, a wall beyond 30,000 units).
IBOT_API base::Result<Figure> draw_map_wall(const MapWall& content);

}  // namespace ibot::figure
