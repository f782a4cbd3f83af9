// SPDX-License-Identifier: GPL-3.0-or-later
#include "cairo_handle.h"
#include "figure_drawing.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>

#include <algorithm>
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

}  // namespace

struct Canvas::State {
  Surface recording;
  Context context;
  double width = 0;
  double height = 0;
};

Canvas::Canvas(double width, double height, Theme theme) : state_(std::make_unique<State>()), theme_(theme) {
  state_->width = std::ceil(width);
  state_->height = std::ceil(height);
  const cairo_rectangle_t extents{0, 0, state_->width, state_->height};
  state_->recording.reset(cairo_recording_surface_create(CAIRO_CONTENT_COLOR, &extents));
  state_->context.reset(cairo_create(state_->recording.get()));
  fill({0, 0, state_->width, state_->height}, style().base);
}

Canvas::~Canvas() = default;

void Canvas::fill(const Rectangle& area, Colour colour, double opacity) {
  if (!drawable_area(area)) return;
  set_colour(state_->context.get(), colour, opacity);
  cairo_rectangle(state_->context.get(), area.x, area.y, area.width, area.height);
  cairo_fill(state_->context.get());
}

void Canvas::outline(const Rectangle& area, const Stroke& stroke) {
  if (!drawable_area(area)) return;
  set_stroke(state_->context.get(), stroke);
  cairo_set_line_join(state_->context.get(), CAIRO_LINE_JOIN_MITER);
  cairo_rectangle(state_->context.get(), area.x, area.y, area.width, area.height);
  cairo_stroke(state_->context.get());
}

void Canvas::line(Point from, Point to, const Stroke& stroke) {
  const Point points[]{from, to};
  polyline(points, stroke);
}

void Canvas::polyline(std::span<const Point> points, const Stroke& stroke) {
  cairo_t* context = state_->context.get();
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

void Canvas::disc(Point centre, double radius, Colour colour, double opacity) {
  if (!drawable_point(centre) || !(radius > 0 && radius < kFarthest)) return;
  constexpr double kFullCircle = 6.283185307179586;
  set_colour(state_->context.get(), colour, opacity);
  cairo_new_path(state_->context.get());
  cairo_arc(state_->context.get(), centre.x, centre.y, radius, 0, kFullCircle);
  cairo_fill(state_->context.get());
}

void Canvas::picture(const PictureView& pixels, const Rectangle& area) {
  if (!drawable_area(area) || !pixels.valid()) return;
  cairo_t* context = state_->context.get();
  const Surface image = image_of(pixels);
  cairo_save(context);
  cairo_translate(context, area.x, area.y);
  cairo_scale(context, area.width / pixels.width, area.height / pixels.height);
  cairo_set_source_surface(context, image.get(), 0, 0);
  // Edges repeat the last pixel instead of fading into the background.
  cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD);
  cairo_rectangle(context, 0, 0, pixels.width, pixels.height);
  cairo_fill(context);
  cairo_restore(context);
}

void Canvas::text(Point baseline, std::string_view line, const TextStyle& style) {
  if (!drawable_point(baseline) || line.empty()) return;
  const std::string clean = drawable(line);
  double x = baseline.x;
  if (style.align == Align::Centre) x -= text_width(clean, style) / 2;
  if (style.align == Align::Right) x -= text_width(clean, style);
  cairo_t* context = state_->context.get();
  select_font(context, style.size, style.bold);
  set_colour(context, style.colour, 1);
  cairo_move_to(context, x, baseline.y);
  cairo_show_text(context, clean.c_str());
  cairo_new_path(context);
}

void Canvas::begin_clip(const Rectangle& area) {
  cairo_save(state_->context.get());
  cairo_rectangle(state_->context.get(), area.x, area.y, std::max(0.0, area.width),
                  std::max(0.0, area.height));
  cairo_clip(state_->context.get());
}

void Canvas::end_clip() {
  cairo_restore(state_->context.get());
}

base::Result<Figure> Canvas::finish(std::string_view title) {
  const cairo_status_t status = cairo_status(state_->context.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    const auto code =
        status == CAIRO_STATUS_NO_MEMORY ? base::ErrorCode::OutOfMemory : base::ErrorCode::Internal;
    return base::Error{code, base::str("cannot draw the figure: ", cairo_status_to_string(status)), "", ""};
  }
  state_->context.reset();
  auto drawing = std::make_unique<Figure::Drawing>();
  drawing->recording = std::move(state_->recording);
  drawing->width = static_cast<int>(state_->width);
  drawing->height = static_cast<int>(state_->height);
  drawing->title = drawable(title, 300);
  return Figure(std::move(drawing));
}

}  // namespace ibot::figure
