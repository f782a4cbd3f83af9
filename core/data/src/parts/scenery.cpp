// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenery.h"

#include "noise.h"

#include <algorithm>

namespace ibot::data::parts {

namespace {

constexpr float kTextureUnits = 2.6F;  // across the picture

}  // namespace

Affine scenery_frame() {
  return Affine::scaling(1 / kTextureUnits, 1 / kTextureUnits);
}

Affine upright_frame() {
  return Affine::rotation(0.25F) * scenery_frame();
}

void Scenery::add(const Outline& outline, const Material& material, float lift, Part part) {
  add(outline, material, scenery_frame(), lift, part);
}

void Scenery::add(const Outline& outline, const Material& material, const Affine& frame, float lift,
                  Part part) {
  const Affine to_canvas = Affine::scaling(side_, side_);
  Shape shape;
  shape.outline = transformed(outline, to_canvas);
  shape.material = material;
  shape.texture = inverse(to_canvas * frame);
  shape.part = static_cast<std::uint8_t>(part);
  shape.lift = lift * side_;
  painter_.paint(shape);
}

void Scenery::wash(float from, float to, Lab top, Lab bottom, float clouding, Draw& draw) {
  const Noise noise;
  const Vec2 offset{draw.in(0, 100), draw.in(0, 100)};
  const int first = std::max(static_cast<int>(from * side_), 0);
  const int last = std::min(static_cast<int>(to * side_) + 1, painter_.height());
  for (int y = first; y < last; ++y) {
    const float t = (static_cast<float>(y) / side_ - from) / (to - from);
    float* L = painter_.lightness(y);
    float* a = painter_.green_red(y);
    float* b = painter_.blue_yellow(y);
    for (int x = 0; x < painter_.width(); ++x) {
      const float u = static_cast<float>(x) / side_;
      const float c = noise.cloud(2.3F * u + offset.x, 3.1F * t + offset.y) - 0.5F;
      const Lab colour = mix(top, bottom, std::clamp(t + 0.5F * c, 0.0F, 1.0F));
      L[x] = colour.L + clouding * c;
      a[x] = colour.a;
      b[x] = colour.b;
    }
  }
}

void Scenery::strokes(float from, float to, int count, Vec2 size, const Material& material, float contrast,
                      Draw& draw) {
  for (int i = 0; i < count; ++i) {
    // Far ones first, so that near ones lie over them.
    const float t = (static_cast<float>(i) + draw.in(0, 1)) / static_cast<float>(count);
    const Vec2 at{draw.in(-0.05F, 1.05F), from + (to - from) * t};
    const float large = (0.35F + 0.65F * t) * draw.in(0.7F, 1.3F);
    const float lean = draw.in(-0.3F, 0.3F);
    Material m = material;
    m.colour.L += draw.in(-contrast, contrast);
    const Vec2 reach = Vec2{size.x + lean * size.y, size.y} * large;
    add(leaf_shape(at, at + reach, 0.09F * length(size) * large, 0.5F, 0.05F * length(size) * large), m);
  }
}

}  // namespace ibot::data::parts
