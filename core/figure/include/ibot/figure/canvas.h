// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/picture.h>
#include <ibot/figure/text.h>

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace ibot::figure {

/// In units (pixels at scale 1), y down.
struct Point {
  double x = 0, y = 0;
};
struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

struct Stroke {
  Colour colour;
  double width = 1;
  double opacity = 1;
  std::vector<double> dash;  ///< lengths of strokes and gaps; empty: solid
};

/// Where figures are drawn. Lines of width 1 are sharp when their coordinates end in .5.
///
/// One thread. Values that are not finite are skipped: a polyline breaks there.
class IBOT_API Canvas {
 public:
  /// Filled with the theme's base. Precondition: sides in (0, 32767].
  Canvas(double width, double height, Theme theme);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  const Style& style() const { return style_of(theme_); }
  Theme theme() const { return theme_; }

  void fill(const Rectangle& area, Colour colour, double opacity = 1);
  void outline(const Rectangle& area, const Stroke& stroke);
  void line(Point from, Point to, const Stroke& stroke);
  void polyline(std::span<const Point> points, const Stroke& stroke);
  /// Filled. One with a corner that is not finite is left out whole.
  void polygon(std::span<const Point> corners, Colour colour, double opacity = 1);
  void disc(Point centre, double radius, Colour colour, double opacity = 1);
  /// Stretched over the area, pixels smoothed. An invalid picture leaves the area empty.
  void picture(const PictureView& pixels, const Rectangle& area);
  /// One line; `baseline` is its left end, middle or right end after style.align.
  void text(Point baseline, std::string_view line, const TextStyle& style);
  /// What is drawn between the two calls stays inside the area.
  void begin_clip(const Rectangle& area);
  void end_clip();

  /// The drawing; the canvas is spent. `title` becomes the title of an SVG. Precondition: no clip is open.
  Figure finish(std::string_view title);

 private:
  struct State;
  std::unique_ptr<State> state_;
  Theme theme_;
};

}  // namespace ibot::figure
