// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>
#include <ibot/figure/picture.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ibot::figure {

/// A picture, a map of numbers, or a map over a picture.
struct MapTile {
  std::string caption = {};        ///< over the tile; may reach over tiles that follow without one
  PictureView picture = {};        ///< empty: the map alone
  bool flat = false;               ///< of the picture: every pixel a flat square, as maps of patches are
  int rows = 0, columns = 0;       ///< of the patch grid; 0: the picture alone
  std::vector<float> values = {};  ///< [rows * columns], or empty
  std::vector<std::uint8_t> inside = {};  ///< [rows * columns], or empty: drawn as an outline round the ones
  int mark_row = -1, mark_column = -1;    ///< a patch with a frame: the query
  bool blank = false;                     ///< of a sheet: an empty place, nothing but its caption
};

/// Tiles in rows, their maps in one colour range with a colour bar.
struct MapSheet {
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> caption = {};  ///< paragraphs; colours and range are added where there are maps
  std::vector<MapTile> tiles = {};        ///< 1 to 400
  int columns = 0;                        ///< tiles in a row; 0: chosen
  int group = 0;                          ///< a wider gap after every so many tiles of a row; 0: none
  double side = 200;                      ///< longer side of a tile, 32 to 1024 units
  ColourMap colours = ColourMap::Viridis;
  std::optional<Range> range = {};  ///< not set: from the smallest to the largest value of all tiles
  std::string unit = {};            ///< what the numbers are: "cosine similarity"
  std::string cell = "patch";       ///< what one square is, for the caption
  Upsampling upsampling = Upsampling::Nearest;
  double opacity = 1;  ///< of a map over its picture
  Theme theme = Theme::Light;
  /// What colours of flat pictures mean, below the tiles.
  struct Key {
    Colour colour = {};
    std::string text = {};
  };
  std::vector<Key> keys = {};  ///< at most 64
};

/// Values that are not finite are drawn grey. Errors: InvalidArgument (a picture or grid of the wrong size,
/// no or too many tiles or keys, a side or an opacity out of range).
IBOT_API base::Result<Figure> draw_map_sheet(const MapSheet& content);

/// All heads in one picture, one pixel a patch: each in its colour (cluster_colour), as bright as its
/// attention over its own largest value. heads [H][rows * columns]. Precondition: at least one head, all of
/// that size.
IBOT_API Picture composite_of_heads(const std::vector<std::vector<float>>& heads, int rows, int columns);

}  // namespace ibot::figure
