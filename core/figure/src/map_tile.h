// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/canvas.h>
#include <ibot/figure/map_sheet.h>

namespace ibot::figure {

constexpr double kBarWidth = 12;
constexpr double kBarSpace = 76;  // bar and its labels

inline bool has_map(const MapTile& tile) {
  return !tile.values.empty();
}

/// Errors: InvalidArgument, which begins with `who` (a picture or a grid of the wrong size, nothing in it).
base::Status check_tile(const MapTile& tile, const std::string& who);

/// Width over height, within 0.1 and 10.
double aspect_of(const MapTile& tile);
/// Its size when its longer side is `side`, at the origin.
Rectangle tile_area(const MapTile& tile, double side);

/// How the numbers of tiles become colours.
struct TileColours {
  ColourMap map = ColourMap::Viridis;
  Range range;
  Upsampling upsampling = Upsampling::Nearest;
  double opacity = 1;  ///< of a map over its picture
};

/// Draws tiles, and the bar that says what their colours mean. The canvas outlives it.
class TilePainter {
 public:
  TilePainter(const TileColours& colours, Canvas& canvas) : colours_(colours), canvas_(canvas) {}

  void draw(const MapTile& tile, const Rectangle& area) const;
  void bar(const Rectangle& area) const;

 private:
  Picture pixels_of(const MapTile& tile, const Rectangle& area) const;
  void outline(const MapTile& tile, const Rectangle& area) const;
  void mark(const MapTile& tile, const Rectangle& area) const;

  TileColours colours_;
  Canvas& canvas_;
};

}  // namespace ibot::figure
