// SPDX-License-Identifier: GPL-3.0-or-later
#include "painter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ibot::data::parts {

namespace {

struct Bounds {
  float left = 1e9F, top = 1e9F, right = -1e9F, bottom = -1e9F;
};

Bounds bounds_of(const Outline& outline) {
  Bounds b;
  for (const Vec2 p : outline) {
    b.left = std::min(b.left, p.x);
    b.right = std::max(b.right, p.x);
    b.top = std::min(b.top, p.y);
    b.bottom = std::max(b.bottom, p.y);
  }
  return b;
}

// Twice area over perimeter: the half width of a long shape, the radius of a round one.
float thickness(const Outline& outline) {
  float area = 0;
  float around = 0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Vec2 a = outline[i];
    const Vec2 b = outline[(i + 1) % outline.size()];
    area += a.x * b.y - a.y * b.x;
    around += length(b - a);
  }
  return around > 0 ? std::fabs(area) / around : 0;
}

// Adds one side of a polygon to a buffer of signed area differences: the prefix sum over a row then is the
// coverage of each pixel. `row` spans [0, width]; places left of it count from its start, right of it not at
// all.
void accumulate_span(float* row, int width, float x0, float x1, float height) {
  const float limit = static_cast<float>(width);
  float a = std::clamp(std::min(x0, x1), 0.0F, limit);
  const float b = std::clamp(std::max(x0, x1), 0.0F, limit);
  const bool upright = b - a < 1e-6F;  // no slope to divide by
  const float per_x = upright ? 0 : height / (b - a);
  int column = static_cast<int>(a);
  while (true) {
    const float end = std::min(b, static_cast<float>(column + 1));
    const float part = upright ? height : (end - a) * per_x;
    const float middle = 0.5F * (a + end) - static_cast<float>(column);
    row[column] += part * (1 - middle);
    row[column + 1] += part * middle;
    if (upright || end >= b) return;
    a = end;
    ++column;
  }
}

void accumulate_side(std::vector<float>& buffer, int width, int height, Vec2 from, Vec2 to) {
  if (from.y == to.y) return;
  const float sign = from.y < to.y ? 1.0F : -1.0F;
  const Vec2 top = from.y < to.y ? from : to;
  const Vec2 bottom = from.y < to.y ? to : from;
  const float slope = (bottom.x - top.x) / (bottom.y - top.y);
  const float first = std::max(top.y, 0.0F);
  const float last = std::min(bottom.y, static_cast<float>(height));
  for (int y = static_cast<int>(first); y < height && static_cast<float>(y) < last; ++y) {
    const float y0 = std::max(first, static_cast<float>(y));
    const float y1 = std::min(last, static_cast<float>(y + 1));
    if (y1 <= y0) continue;
    accumulate_span(buffer.data() + static_cast<std::ptrdiff_t>(y) * (width + 2), width,
                    top.x + (y0 - top.y) * slope, top.x + (y1 - top.y) * slope, sign * (y1 - y0));
  }
}

// Mean over 2 radius + 1 values of each row, zeros beyond the ends. The value that enters and the one that
// leaves are subtracted first: one addition a pixel waits for the one before it.
void box_blur_rows(const float* in, float* out, int width, int height, int radius) {
  const float k = 1.0F / static_cast<float>(2 * radius + 1);
  // Every region is padded by more than twice the radius, so width > 2 radius.
  for (int y = 0; y < height; ++y) {
    const float* from = in + static_cast<std::ptrdiff_t>(y) * width;
    float* to = out + static_cast<std::ptrdiff_t>(y) * width;
    float sum = 0;
    for (int x = 0; x < radius; ++x) sum += from[x];
    for (int x = 0; x <= radius; ++x) {
      sum += from[x + radius];
      to[x] = sum * k;
    }
    for (int x = radius + 1; x < width - radius; ++x) {
      sum += from[x + radius] - from[x - radius - 1];
      to[x] = sum * k;
    }
    for (int x = width - radius; x < width; ++x) {
      sum -= from[x - radius - 1];
      to[x] = sum * k;
    }
  }
}

// The same down each column, all columns at once: rows are read in the order of memory.
void box_blur_columns(const float* in, float* out, int width, int height, int radius,
                      std::vector<float>& sums) {
  const float k = 1.0F / static_cast<float>(2 * radius + 1);
  sums.assign(static_cast<std::size_t>(width), 0);
  float* sum = sums.data();
  const auto row = [&](int y) { return in + static_cast<std::ptrdiff_t>(y) * width; };
  const auto add = [&](int y) {
    const float* from = row(y);
    for (int x = 0; x < width; ++x) sum[x] += from[x];
  };
  for (int y = 0; y < std::min(radius, height); ++y) add(y);
  for (int y = 0; y < height; ++y) {
    if (y + radius < height) add(y + radius);
    float* to = out + static_cast<std::ptrdiff_t>(y) * width;
    for (int x = 0; x < width; ++x) to[x] = sum[x] * k;
    if (y >= radius) {
      const float* from = row(y - radius);
      for (int x = 0; x < width; ++x) sum[x] -= from[x];
    }
  }
}

}  // namespace

void Painter::begin(int width, int height, const Light& light) {
  width_ = width;
  height_ = height;
  light_ = light;
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  L_.assign(size, 0.5F);
  a_.assign(size, 0);
  b_.assign(size, 0);
  mask_.assign(size, 0);
  tone_.resize(static_cast<std::size_t>(width));
  share_.resize(static_cast<std::size_t>(width));
}

void Painter::cover(const Outline& outline, const Region& region) {
  const int stride = region.width + 2;
  scratch_.assign(static_cast<std::size_t>(stride) * static_cast<std::size_t>(region.height), 0);
  const Vec2 origin{static_cast<float>(region.left), static_cast<float>(region.top)};
  for (std::size_t i = 0; i < outline.size(); ++i) {
    accumulate_side(scratch_, region.width, region.height, outline[i] - origin,
                    outline[(i + 1) % outline.size()] - origin);
  }
  coverage_.resize(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height));
  for (int y = 0; y < region.height; ++y) {
    const float* from = scratch_.data() + static_cast<std::ptrdiff_t>(y) * stride;
    float* to = coverage_.data() + static_cast<std::ptrdiff_t>(y) * region.width;
    float sum = 0;
    for (int x = 0; x < region.width; ++x) {
      sum += from[x];
      to[x] = std::min(std::fabs(sum), 1.0F);
    }
  }
}

void Painter::blur(const Region& region, int radius) {
  // Two box blurs each way: a tent, smooth enough for shading.
  soft_.resize(coverage_.size());
  scratch_.resize(coverage_.size());

  box_blur_rows(coverage_.data(), soft_.data(), region.width, region.height, radius);
  box_blur_rows(soft_.data(), scratch_.data(), region.width, region.height, radius);
  box_blur_columns(scratch_.data(), soft_.data(), region.width, region.height, radius, sums_);
  box_blur_columns(soft_.data(), scratch_.data(), region.width, region.height, radius, sums_);
  soft_.swap(scratch_);
}

float Painter::blurred(const Region& region, int x, int y) const {
  const int cx = x - region.left;
  const int cy = y - region.top;
  if (cx < 0 || cy < 0 || cx >= region.width || cy >= region.height) return 0;
  return soft_[static_cast<std::size_t>(cy) * static_cast<std::size_t>(region.width) +
               static_cast<std::size_t>(cx)];
}

void Painter::cast_shadow(const Shape& shape, const Region& region) {
  const int dx = static_cast<int>(std::floor(-light_.towards.x * shape.lift + 0.5F));
  const int dy = static_cast<int>(std::floor(-light_.towards.y * shape.lift + 0.5F));
  const float darkness = light_.shadow * shape.material.opacity;
  // Only pixels whose source lies in the region.
  const int left = std::max({region.left + std::max(dx, 0), 0});
  const int right = std::min({region.left + region.width + std::min(dx, 0), width_});
  const int top = std::max({region.top + std::max(dy, 0), 0});
  const int bottom = std::min({region.top + region.height + std::min(dy, 0), height_});
  for (int y = top; y < bottom; ++y) {
    const float* source =
        soft_.data() + static_cast<std::ptrdiff_t>(y - dy - region.top) * region.width - dx - region.left;
    float* L = lightness(y);
    float* a = green_red(y);
    float* b = blue_yellow(y);
    for (int x = left; x < right; ++x) {
      const float s = darkness * source[x];
      L[x] -= L[x] * s * 0.55F;
      a[x] += light_.cool.a * s;
      b[x] += light_.cool.b * s;
    }
  }
}

void Painter::blend(const Shape& shape, const Region& region, float reach) {
  const Material& m = shape.material;
  const int dx = static_cast<int>(std::floor(light_.towards.x * reach + 0.5F));
  const int dy = static_cast<int>(std::floor(light_.towards.y * reach + 0.5F));
  const bool round = m.volume > 0 && (dx != 0 || dy != 0);
  const int left = std::max(region.left, 0);
  const int right = std::min(region.left + region.width, width_);
  const int top = std::max(region.top, 0);
  const int bottom = std::min(region.top + region.height, height_);
  const Vec2 step{shape.texture.a, shape.texture.c};
  for (int y = top; y < bottom; ++y) {
    const float* coverage =
        coverage_.data() + static_cast<std::ptrdiff_t>(y - region.top) * region.width - region.left;
    int first = left;
    int last = right;
    while (first < last && coverage[first] <= 0) ++first;
    while (last > first && coverage[last - 1] <= 0) --last;
    if (first == last) continue;
    texture_row(m, shape.texture({static_cast<float>(first) + 0.5F, static_cast<float>(y) + 0.5F}), step,
                last - first, tone_.data(), share_.data());
    float* L = lightness(y);
    float* a = green_red(y);
    float* b = blue_yellow(y);
    std::uint8_t* ids = mask_.data() + static_cast<std::ptrdiff_t>(y) * width_;
    for (int x = first; x < last; ++x) {
      const float cover_here = coverage[x];
      if (cover_here <= 0) continue;
      float light = 0;
      if (round) light = blurred(region, x - dx, y - dy) - blurred(region, x + dx, y + dy);
      light *= m.volume * light_.strength;
      const float share = share_[static_cast<std::size_t>(x - first)];
      Lab colour = mix(m.colour, m.accent, share);
      const float lit = light > 0 ? light : 0;
      const float shaded = light < 0 ? -light : 0;
      colour.L +=
          tone_[static_cast<std::size_t>(x - first)] + 0.20F * lit - 0.30F * shaded * (0.35F + colour.L);
      if (m.gloss > 0 && lit > 0.3F) colour.L += m.gloss * 0.5F * (lit - 0.3F);
      colour.a += light_.warm.a * lit + light_.cool.a * shaded;
      colour.b += light_.warm.b * lit + light_.cool.b * shaded;
      const float alpha = cover_here * m.opacity;
      L[x] += (colour.L - L[x]) * alpha;
      a[x] += (colour.a - a[x]) * alpha;
      b[x] += (colour.b - b[x]) * alpha;
      if (cover_here >= 0.5F) ids[x] = shape.part;
    }
  }
}

void Painter::paint(const Shape& shape) {
  const Bounds bounds = bounds_of(shape.outline);
  const float thick = thickness(shape.outline);
  const int radius =
      std::clamp(static_cast<int>(0.45F * shape.softness * thick + 0.5F), 1, std::max(width_ / 8, 1));
  const int pad = 2 * radius + 2 + static_cast<int>(shape.lift);
  Region region;
  region.left = std::max(static_cast<int>(std::floor(bounds.left)), -2 * pad) - pad;
  region.top = std::max(static_cast<int>(std::floor(bounds.top)), -2 * pad) - pad;
  region.width =
      std::min(static_cast<int>(std::floor(bounds.right)) + 1, width_ + 2 * pad) + pad - region.left;
  region.height =
      std::min(static_cast<int>(std::floor(bounds.bottom)) + 1, height_ + 2 * pad) + pad - region.top;
  if (region.width <= 2 * pad || region.height <= 2 * pad) return;
  cover(shape.outline, region);
  const bool needs_blur = shape.material.volume > 0 || shape.lift > 0;
  if (needs_blur) blur(region, radius);
  if (shape.lift > 0) cast_shadow(shape, region);
  blend(shape, region, static_cast<float>(radius));
}

void Painter::shade_ellipse(Vec2 centre, float radius_x, float radius_y, float darkness) {
  const int top = std::max(static_cast<int>(centre.y - radius_y), 0);
  const int bottom = std::min(static_cast<int>(centre.y + radius_y) + 1, height_);
  const int left = std::max(static_cast<int>(centre.x - radius_x), 0);
  const int right = std::min(static_cast<int>(centre.x + radius_x) + 1, width_);
  for (int y = top; y < bottom; ++y) {
    const float v = (static_cast<float>(y) + 0.5F - centre.y) / radius_y;
    float* L = lightness(y);
    for (int x = left; x < right; ++x) {
      const float u = (static_cast<float>(x) + 0.5F - centre.x) / radius_x;
      const float inside = std::max(0.0F, 1 - u * u - v * v);
      L[x] *= 1 - darkness * inside * inside;
    }
  }
}

}  // namespace ibot::data::parts
