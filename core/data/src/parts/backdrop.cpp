// SPDX-License-Identifier: GPL-3.0-or-later
#include "backdrop.h"

#include "geometry.h"
#include "material.h"
#include "noise.h"

#include <algorithm>

namespace ibot::data::parts {

namespace {

constexpr float kTextureUnits = 2.6F;  // across the picture: as coarse as those of a figure of common size

// Large, quiet surfaces: a weak pattern, nearly flat.
Material calm(Lab colour, Draw& draw) {
  Material m = material(Texture::Paint, colour, draw);
  m.accent = {colour.L + 0.25F * (m.accent.L - colour.L), colour.a, colour.b};
  m.amount = draw.in(0.35F, 0.7F);
  m.scale *= 1.3F;
  m.volume = 0.12F;
  return m;
}

// A blend from `top` to `bottom` over the whole picture, clouded by noise.
void wash(Painter& painter, Lab top, Lab bottom, float clouding, Draw& draw) {
  const Noise noise;
  const Vec2 offset{draw.in(0, 100), draw.in(0, 100)};
  const float side = static_cast<float>(painter.width());
  for (int y = 0; y < painter.height(); ++y) {
    const float t = static_cast<float>(y) / side;
    float* L = painter.lightness(y);
    float* a = painter.green_red(y);
    float* b = painter.blue_yellow(y);
    for (int x = 0; x < painter.width(); ++x) {
      const float u = static_cast<float>(x) / side;
      const float c = noise.cloud(2.3F * u + offset.x, 3.1F * t + offset.y) - 0.5F;
      const Lab colour = mix(top, bottom, std::clamp(t + 0.5F * c, 0.0F, 1.0F));
      L[x] = colour.L + clouding * c;
      a[x] = colour.a;
      b[x] = colour.b;
    }
  }
}

void paint_blot(Painter& painter, Draw& draw, const Palette& palette) {
  const Vec2 at{draw.in(0, 1), draw.in(0, 1)};
  const float size = draw.in(0.12F, 0.38F);
  Outline through;
  for (int k = 0; k < 9; ++k)
    through.push_back(at + direction(static_cast<float>(k) / 9) * (size * draw.in(0.75F, 1.2F)));
  const float side = static_cast<float>(painter.width());
  const Affine to_canvas = Affine::scaling(side, side);
  Shape shape;
  shape.outline = transformed(blob(through), to_canvas);
  shape.material = calm(palette.any(draw, 0.55F, 0.95F, 0.02F, 0.1F), draw);
  shape.material.opacity = draw.in(0.25F, 0.6F);
  shape.texture = inverse(to_canvas * Affine::scaling(1 / kTextureUnits, 1 / kTextureUnits));
  painter.paint(shape);
}

}  // namespace

Backdrop paint_backdrop(Painter& painter, Draw& draw, const Palette& palette) {
  Backdrop backdrop;
  const Lab top = palette.any(draw, 0.5F, 0.95F, 0.01F, 0.07F);
  const Lab bottom = mix(top, palette.any(draw, 0.5F, 0.93F, 0.015F, 0.09F), 0.8F);
  backdrop.horizon = draw.in(0.4F, 0.85F);
  const float clouding = draw.in(0.04F, 0.12F);
  wash(painter, top, bottom, clouding, draw);
  const int blots = draw.integer(2, 5);
  for (int i = 0; i < blots; ++i) paint_blot(painter, draw, palette);
  return backdrop;
}

}  // namespace ibot::data::parts
