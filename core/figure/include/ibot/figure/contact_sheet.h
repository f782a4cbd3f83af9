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

/// One picture, and over it one label a patch.
struct SheetTile {
  std::string caption;  ///< one line under the tile
  PictureView picture;
  int rows = 0, columns = 0;  ///< of the label grid; 0: a picture without labels
  std::vector<int> labels;    ///< [rows * columns]; negative: none, the picture shows through
};

/// The colour of one label, explained.
struct LegendEntry {
  int label = 0;
  std::string name;  ///< "cluster 3", "wheel"
};

/// Pictures in a grid, with clusters, prototypes or parts in fixed colours over them.
struct ContactSheet {
  std::string title;
  std::string subtitle;
  std::vector<std::string> caption;
  std::vector<SheetTile> tiles;  ///< at most 400
  std::vector<LegendEntry> legend;
  int columns = 0;              ///< tiles in a row; 0: chosen
  double tile_side = 160;       ///< 32 to 1024
  double label_opacity = 0.62;  ///< of the colours over the picture
  bool pictures_beside = true;  ///< show each labelled picture also without its labels
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (a picture or label grid of the wrong size, no or too many tiles, a side or an
/// opacity out of range). Legend entries beyond 64 are counted, not drawn.
IBOT_API base::Result<Figure> draw_contact_sheet(const ContactSheet& content);

}  // namespace ibot::figure
