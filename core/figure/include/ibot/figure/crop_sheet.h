// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/picture.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::figure {

/// One crop, and over it the cells of its mask.
struct CropTile {
  std::string caption;  ///< one line under the tile
  Picture picture;
  int rows = 0, columns = 0;         ///< of the mask; 0: a crop without one
  std::vector<std::uint8_t> masked;  ///< [rows * columns], 1 = masked
  bool small = false;                ///< shown at half the side
  bool begins_line = false;          ///< what follows it belongs to it
};

/// The crops of one picture: large ones first, masked cells hatched, so that what lies under them is seen.
struct CropSheet {
  std::string title;
  std::string subtitle;
  std::vector<std::string> caption;
  std::vector<CropTile> tiles;  ///< at most 400
  double side = 192;            ///< of a large tile, 64 to 1024
  Theme theme = Theme::Light;
};

/// Errors: InvalidArgument (a picture or mask of the wrong size, no or too many tiles, a side out of range).
IBOT_API base::Result<Figure> draw_crop_sheet(const CropSheet& content);

}  // namespace ibot::figure
