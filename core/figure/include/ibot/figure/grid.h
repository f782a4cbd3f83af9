// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/picture.h>

#include <optional>
#include <span>

namespace ibot::figure {

/// One number a patch: [rows, columns], row-major, owned by somebody else.
struct GridView {
  int rows = 0;
  int columns = 0;
  std::span<const float> values;

  /// At least one cell, at most 4096 a side, and as many values as that needs.
  IBOT_API bool valid() const;
};

/// Smallest and largest finite value.
struct Range {
  double low = 0;
  double high = 1;
  /// Position of a value in the range, 0 to 1 inside it; 0 if the range is empty.
  double position(double value) const { return high > low ? (value - low) / (high - low) : 0; }
};
/// nullopt if there is no finite value.
IBOT_API std::optional<Range> finite_range(std::span<const float> values);

enum class Upsampling : unsigned char {
  Nearest = 1,  ///< one flat square a patch: what the model computed
  Smooth,       ///< bilinear between patch centres, on the values, before they get colours
};

/// The grid as a picture of the given size; cells that are not finite get `missing`. Precondition: valid().
IBOT_API Picture draw_grid(const GridView& grid, ColourMap map, Range range, Upsampling upsampling, int width,
                           int height, Colour missing);

}  // namespace ibot::figure
