// SPDX-License-Identifier: GPL-3.0-or-later
#include "cairo_handle.h"
#include "figure_drawing.h"

#include <ibot/figure/canvas.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace ibot::figure {
namespace {

// cairo's own coordinates are fixed-point with 23 bits before the point.
constexpr double kFarthest = 1e6;

bool drawable_number(double value) {
  return std::abs(value) < kFarthest;  // false for NaN
}

bool drawable_point(Point point) {
  return drawable_number(point.x) && drawable_number(point.y);
}

bool drawable_area(const Rectangle& area) {
  return drawable_point({area.x, area.y}) && area.width > 0 && area.height > 0 &&
         drawable_number(area.right()) && drawable_number(area.bottom());
}

void set_colour(cairo_t* context, Colour colour, double opacity) {
  cairo_set_source_rgba(context, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, opacity);
}

void set_stroke(cairo_t* context, const Stroke& stroke) {
  set_colour(context, stroke.colour, stroke.opacity);
  cairo_set_line_width(context, stroke.width);
  cairo_set_dash(context, stroke.dash.data(), static_cast<int>(stroke.dash.size()), 0);
  cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT);
}

Surface image_of(const PictureView& pixels) {
  Surface image(cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels.width, pixels.height));
  if (cairo_surface_status(image.get()) != CAIRO_STATUS_SUCCESS) return image;
  cairo_surface_flush(image.get());
  unsigned char* row = cairo_image_surface_get_data(image.get());
  const int stride = cairo_image_surface_get_stride(image.get());
  const std::uint8_t* in = pixels.rgb.data();
  for (int y = 0; y < pixels.height; ++y, row += stride) {
    for (int x = 0; x < pixels.width; ++x, in += 3) {
      const std::uint32_t pixel =
          static_cast<std::uint32_t>(in[0]) << 16 | static_cast<std::uint32_t>(in[1]) << 8 | in[2];
      std::memcpy(row + static_cast<std::ptrdiff_t>(x) * 4, &pixel, 4);
    }
  }
  cairo_surface_mark_dirty(image.get());
  return image;
}

void draw_polyline(cairo_t* context, std::span<const Point> points, const Stroke& stroke) {
  set_stroke(context, stroke);
  // A stroke's cost grows faster than its length where it crosses itself, as noisy curves do: draw it in
  // pieces. Dashes would start anew in each piece.
  const std::size_t longest = stroke.dash.empty() ? 64 : points.size();
  std::size_t length = 0;
  for (const Point& point : points) {
    if (!drawable_point(point)) {
      length = 0;
      continue;
    }
    (length == 0 ? cairo_move_to : cairo_line_to)(context, point.x, point.y);
    if (++length > longest) {
      cairo_stroke(context);
      cairo_move_to(context, point.x, point.y);
      length = 1;
    }
  }
  cairo_stroke(context);
}

}  // namespace

struct Canvas::State {
  std::unique_ptr<Figure::Drawing> drawing = std::make_unique<Figure::Drawing>();
  int open_clips = 0;

  template <class Command>
  void add(Command command) {
    drawing->commands.emplace_back(std::move(command));
  }
};

Canvas::Canvas(double width, double height, Theme theme) : state_(std::make_unique<State>()), theme_(theme) {
  state_->drawing->width = static_cast<int>(std::ceil(width));
  state_->drawing->height = static_cast<int>(std::ceil(height));
  // Wider than the figure: at a fractional scale the last pixels lie half beyond it.
  fill({0, 0, std::ceil(width) + 1, std::ceil(height) + 1}, style().base);
}

Canvas::~Canvas() = default;

void Canvas::fill(const Rectangle& area, Colour colour, double opacity) {
  if (!drawable_area(area)) return;
  state_->add([=](cairo_t* context) {
    set_colour(context, colour, opacity);
    cairo_rectangle(context, area.x, area.y, area.width, area.height);
    cairo_fill(context);
  });
}

void Canvas::outline(const Rectangle& area, const Stroke& stroke) {
  if (!drawable_area(area)) return;
  state_->add([=](cairo_t* context) {
    set_stroke(context, stroke);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_MITER);
    cairo_rectangle(context, area.x, area.y, area.width, area.height);
    cairo_stroke(context);
  });
}

void Canvas::line(Point from, Point to, const Stroke& stroke) {
  const Point points[]{from, to};
  polyline(points, stroke);
}

void Canvas::polyline(std::span<const Point> points, const Stroke& stroke) {
  state_->add([kept = std::vector<Point>(points.begin(), points.end()), stroke](cairo_t* context) {
    draw_polyline(context, kept, stroke);
  });
}

void Canvas::polygon(std::span<const Point> corners, Colour colour, double opacity) {
  const bool drawable = std::all_of(corners.begin(), corners.end(), drawable_point);
  if (corners.size() < 3 || !drawable) return;
  state_->add([kept = std::vector<Point>(corners.begin(), corners.end()), colour, opacity](cairo_t* context) {
    set_colour(context, colour, opacity);
    cairo_new_path(context);
    for (const Point& corner : kept) cairo_line_to(context, corner.x, corner.y);
    cairo_close_path(context);
    cairo_fill(context);
  });
}

void Canvas::disc(Point centre, double radius, Colour colour, double opacity) {
  if (!drawable_point(centre) || !(radius > 0 && radius < kFarthest)) return;
  constexpr double kFullCircle = 6.283185307179586;
  state_->add([=](cairo_t* context) {
    set_colour(context, colour, opacity);
    cairo_new_path(context);
    cairo_arc(context, centre.x, centre.y, radius, 0, kFullCircle);
    cairo_fill(context);
  });
}

void Canvas::picture(const PictureView& pixels, const Rectangle& area) {
  if (!drawable_area(area) || !pixels.valid()) return;
  const std::shared_ptr<cairo_surface_t> image(image_of(pixels).release(), CairoDeleter());
  state_->add([image, area, width = pixels.width, height = pixels.height](cairo_t* context) {
    cairo_save(context);
    cairo_translate(context, area.x, area.y);
    cairo_scale(context, area.width / width, area.height / height);
    cairo_set_source_surface(context, image.get(), 0, 0);
    // Edges repeat the last pixel instead of fading into the background.
    cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD);
    cairo_rectangle(context, 0, 0, width, height);
    cairo_fill(context);
    cairo_restore(context);
  });
}

void Canvas::text(Point baseline, std::string_view line, const TextStyle& style) {
  if (!drawable_point(baseline) || line.empty()) return;
  const std::string clean = drawable(line);
  double x = baseline.x;
  if (style.align == Align::Centre) x -= text_width(clean, style) / 2;
  if (style.align == Align::Right) x -= text_width(clean, style);
  state_->add([clean, style, x, y = baseline.y](cairo_t* context) {
    select_font(context, style.size, style.bold);
    set_colour(context, style.colour, 1);
    cairo_move_to(context, x, y);
    cairo_show_text(context, clean.c_str());
    cairo_new_path(context);
  });
}

void Canvas::begin_clip(const Rectangle& area) {
  ++state_->open_clips;
  state_->add([=](cairo_t* context) {
    cairo_save(context);
    cairo_rectangle(context, area.x, area.y, std::max(0.0, area.width), std::max(0.0, area.height));
    cairo_clip(context);
  });
}

void Canvas::end_clip() {
  assert(state_->open_clips > 0);
  --state_->open_clips;
  state_->add([](cairo_t* context) { cairo_restore(context); });
}

Figure Canvas::finish(std::string_view title) {
  assert(state_->open_clips == 0);
  state_->drawing->title = drawable(title, 300);
  return Figure(std::move(state_->drawing));
}

}  // namespace ibot::figure
