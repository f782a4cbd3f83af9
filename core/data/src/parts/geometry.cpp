// SPDX-License-Identifier: GPL-3.0-or-later
#include "geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ibot::data::parts {

namespace {

constexpr int kCurveSteps = 6;  // segments between two points of a smooth curve

// Uniform Catmull-Rom between b and c.
Vec2 catmull_rom(Vec2 a, Vec2 b, Vec2 c, Vec2 d, float t) {
  const float t2 = t * t;
  const float t3 = t2 * t;
  return a * (-0.5F * t3 + t2 - 0.5F * t) + b * (1.5F * t3 - 2.5F * t2 + 1.0F) +
         c * (-1.5F * t3 + 2.0F * t2 + 0.5F * t) + d * (0.5F * t3 - 0.5F * t2);
}

int circle_steps(float radius) {
  return radius < 0.06F ? 14 : radius < 0.2F ? 24 : 44;
}

// Points of an arc of half a turn around `centre`, from angle `start` clockwise.
void append_half_circle(Outline& out, Vec2 centre, float radius, Vec2 from) {
  constexpr int kSteps = 8;
  const Vec2 across{-from.y, from.x};
  for (int i = 0; i <= kSteps; ++i) {
    const Vec2 d = direction(0.5F * static_cast<float>(i) / kSteps);
    out.push_back(centre + (from * d.x + across * d.y) * radius);
  }
}

}  // namespace

float length(Vec2 a) {
  return std::sqrt(dot(a, a));
}

Vec2 unit(Vec2 a) {
  const float size = length(a);
  return size > 0 ? a * (1.0F / size) : Vec2{1, 0};
}

float sine(float turns) {
  float t = turns - std::floor(turns + 0.5F);  // [-1/2, 1/2)
  if (t > 0.25F) t = 0.5F - t;
  if (t < -0.25F) t = -0.5F - t;
  const float x = t * 6.28318531F;
  const float x2 = x * x;
  return x * (1.0F + x2 * (-1.6666667e-1F + x2 * (8.3333333e-3F + x2 * (-1.9841270e-4F + x2 * 2.7e-6F))));
}

float cosine(float turns) {
  return sine(turns + 0.25F);
}

Vec2 direction(float turns) {
  return {cosine(turns), sine(turns)};
}

Affine Affine::rotation(float turns) {
  const Vec2 d = direction(turns);
  return {d.x, -d.y, d.y, d.x, 0, 0};
}

Affine Affine::frame(Vec2 origin, Vec2 end) {
  const Vec2 axis = end - origin;
  return {axis.x, -axis.y, axis.y, axis.x, origin.x, origin.y};
}

Affine operator*(const Affine& outer, const Affine& inner) {
  return {outer.a * inner.a + outer.b * inner.c,
          outer.a * inner.b + outer.b * inner.d,
          outer.c * inner.a + outer.d * inner.c,
          outer.c * inner.b + outer.d * inner.d,
          outer.a * inner.tx + outer.b * inner.ty + outer.tx,
          outer.c * inner.tx + outer.d * inner.ty + outer.ty};
}

Affine inverse(const Affine& map) {
  const float k = 1.0F / map.determinant();
  Affine out{map.d * k, -map.b * k, -map.c * k, map.a * k, 0, 0};
  out.tx = -(out.a * map.tx + out.b * map.ty);
  out.ty = -(out.c * map.tx + out.d * map.ty);
  return out;
}

Outline transformed(const Outline& outline, const Affine& map) {
  Outline out(outline.size());
  std::transform(outline.begin(), outline.end(), out.begin(), map);
  return out;
}

Outline box(float left, float top, float right, float bottom) {
  return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

Outline ellipse(Vec2 centre, float radius_x, float radius_y, float turns) {
  const int steps = circle_steps(std::max(radius_x, radius_y));
  const Affine turn = Affine::rotation(turns);
  Outline out;
  out.reserve(static_cast<std::size_t>(steps));
  for (int i = 0; i < steps; ++i) {
    const Vec2 d = direction(static_cast<float>(i) / static_cast<float>(steps));
    out.push_back(centre + turn({d.x * radius_x, d.y * radius_y}));
  }
  return out;
}

Outline circle(Vec2 centre, float radius) {
  return ellipse(centre, radius, radius);
}

Outline ring(Vec2 centre, float outer, float inner) {
  Outline out = circle(centre, outer);
  out.push_back(out.front());
  Outline hole = circle(centre, inner);
  out.push_back(hole.front());
  out.insert(out.end(), hole.rbegin(), hole.rend());
  return out;
}

Outline rounded(const Outline& polygon, float radius) {
  constexpr int kSteps = 5;
  Outline out;
  const std::size_t n = polygon.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Vec2 corner = polygon[i];
    const Vec2 before = polygon[(i + n - 1) % n] - corner;
    const Vec2 after = polygon[(i + 1) % n] - corner;
    const Vec2 start = corner + unit(before) * std::min(radius, 0.5F * length(before));
    const Vec2 end = corner + unit(after) * std::min(radius, 0.5F * length(after));
    for (int k = 0; k <= kSteps; ++k) {
      const float t = static_cast<float>(k) / kSteps;
      out.push_back(mix(mix(start, corner, t), mix(corner, end, t), t));
    }
  }
  return out;
}

Outline rounded_box(float left, float top, float right, float bottom, float radius) {
  return rounded(box(left, top, right, bottom), radius);
}

Outline blob(const Outline& through) {
  const std::size_t n = through.size();
  Outline out;
  out.reserve(n * kCurveSteps);
  for (std::size_t i = 0; i < n; ++i) {
    for (int k = 0; k < kCurveSteps; ++k) {
      out.push_back(catmull_rom(through[(i + n - 1) % n], through[i], through[(i + 1) % n],
                                through[(i + 2) % n], static_cast<float>(k) / kCurveSteps));
    }
  }
  return out;
}

Outline limb(Vec2 a, Vec2 b, float radius_a, float radius_b) {
  const Vec2 axis = unit(b - a);
  Outline out;
  append_half_circle(out, b, radius_b, {axis.y, -axis.x});
  append_half_circle(out, a, radius_a, {-axis.y, axis.x});
  return out;
}

Outline curve(const Outline& through) {
  const std::size_t n = through.size();
  Outline out;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    // Ends are continued straight on.
    const Vec2 before = i > 0 ? through[i - 1] : through[0] * 2 - through[1];
    const Vec2 after = i + 2 < n ? through[i + 2] : through[n - 1] * 2 - through[n - 2];
    for (int k = 0; k < kCurveSteps; ++k) {
      out.push_back(
          catmull_rom(before, through[i], through[i + 1], after, static_cast<float>(k) / kCurveSteps));
    }
  }
  out.push_back(through.back());
  return out;
}

Outline ribbon(const Outline& through, float start, float end) {
  const Outline spine = curve(through);
  const std::size_t n = spine.size();
  Outline left;
  Outline right;
  for (std::size_t i = 0; i < n; ++i) {
    const Vec2 along = unit(spine[std::min(i + 1, n - 1)] - spine[i > 0 ? i - 1 : 0]);
    const float half = start + (end - start) * static_cast<float>(i) / static_cast<float>(n - 1);
    const Vec2 across{along.y, -along.x};
    left.push_back(spine[i] + across * half);
    right.push_back(spine[i] - across * half);
  }
  Outline out = left;
  const Vec2 tip = unit(spine[n - 1] - spine[n - 2]);
  append_half_circle(out, spine[n - 1], end, {tip.y, -tip.x});
  out.insert(out.end(), right.rbegin(), right.rend());
  const Vec2 root = unit(spine[0] - spine[1]);
  append_half_circle(out, spine[0], start, {root.y, -root.x});
  return out;
}

Outline leaf_shape(Vec2 base, Vec2 tip, float width, float belly, float bend) {
  constexpr int kSteps = 10;
  const Vec2 axis = tip - base;
  const Vec2 across = unit({-axis.y, axis.x});
  Outline out;
  const auto side = [&](float t, float sign) {
    // u^(1/2) (1 - u)-like profile with its maximum at `belly`, pointed at the tip.
    const float u = t < belly ? 0.5F * t / belly : 0.5F + 0.5F * (t - belly) / (1 - belly);
    const float half = width * sine(0.5F * u);
    return base + axis * t + across * (sign * half + bend * sine(0.5F * t));
  };
  for (int i = 0; i <= kSteps; ++i) out.push_back(side(static_cast<float>(i) / kSteps, 1));
  for (int i = kSteps - 1; i > 0; --i) out.push_back(side(static_cast<float>(i) / kSteps, -1));
  return out;
}

Outline subdivided(const Outline& outline, float step) {
  Outline out;
  out.reserve(outline.size());
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Vec2 a = outline[i];
    const Vec2 b = outline[(i + 1) % outline.size()];
    const int pieces = 1 + static_cast<int>(length(b - a) / step);
    for (int k = 0; k < pieces; ++k)
      out.push_back(mix(a, b, static_cast<float>(k) / static_cast<float>(pieces)));
  }
  return out;
}

}  // namespace ibot::data::parts
