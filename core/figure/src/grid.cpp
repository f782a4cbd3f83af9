// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/grid.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ibot::figure {
namespace {

constexpr int kMaxSide = 4096;

float at(const GridView& grid, int row, int column) {
  row = std::clamp(row, 0, grid.rows - 1);
  column = std::clamp(column, 0, grid.columns - 1);
  return grid.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns) +
                     static_cast<std::size_t>(column)];
}

// Bilinear between centres. A missing neighbour takes the value of the cell that the point lies in, so that a
// missing cell spoils no other.
double smooth_value(const GridView& grid, double row, double column, float own) {
  const int top = static_cast<int>(std::floor(row - 0.5));
  const int left = static_cast<int>(std::floor(column - 0.5));
  const double down = row - 0.5 - top, right = column - 0.5 - left;
  const auto value = [&](int r, int c) {
    const float cell = at(grid, r, c);
    return static_cast<double>(std::isfinite(cell) ? cell : own);
  };
  const double upper = (1 - right) * value(top, left) + right * value(top, left + 1);
  const double lower = (1 - right) * value(top + 1, left) + right * value(top + 1, left + 1);
  return (1 - down) * upper + down * lower;
}

}  // namespace

bool GridView::valid() const {
  return rows > 0 && columns > 0 && rows <= kMaxSide && columns <= kMaxSide &&
         values.size() == static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

std::optional<Range> finite_range(std::span<const float> values) {
  std::optional<Range> range;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    if (!range) range = Range{value, value};
    range->low = std::min<double>(range->low, value);
    range->high = std::max<double>(range->high, value);
  }
  return range;
}

Picture draw_grid(const GridView& grid, ColourMap map, Range range, Upsampling upsampling, int width,
                  int height, Colour missing) {
  // Finer than 8 bits a channel can show.
  constexpr int kSteps = 4096;
  std::vector<Colour> table(kSteps + 1);
  for (int i = 0; i <= kSteps; ++i)
    table[static_cast<std::size_t>(i)] = map_colour(map, static_cast<double>(i) / kSteps);

  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    const double row = (y + 0.5) * grid.rows / height;
    for (int x = 0; x < width; ++x) {
      const double column = (x + 0.5) * grid.columns / width;
      const float own = at(grid, static_cast<int>(row), static_cast<int>(column));
      if (!std::isfinite(own)) {
        picture.set(x, y, missing);
        continue;
      }
      const double value = upsampling == Upsampling::Smooth ? smooth_value(grid, row, column, own) : own;
      const double position = std::clamp(range.position(value), 0.0, 1.0);
      picture.set(x, y, table[static_cast<std::size_t>(position * kSteps + 0.5)]);
    }
  }
  return picture;
}

}  // namespace ibot::figure
