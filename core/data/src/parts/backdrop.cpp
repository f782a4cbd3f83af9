// SPDX-License-Identifier: GPL-3.0-or-later
#include "backdrop.h"

#include "scenery.h"

#include <array>

namespace ibot::data::parts {

namespace {

// The natural colour or one of the palette, with little chroma: the object shall stand out by more than its
// place.
Lab natural_or_palette(Draw& draw, const Palette& palette, Lab natural) {
  const Lab free = palette.any(draw, 0.52F, 0.93F, 0.025F, 0.09F);
  return draw.chance(0.6F) ? natural : free;
}

Lab sky_colour(Draw& draw, const Palette& palette) {
  const bool night = draw.chance(0.15F);
  const float lightness = night ? draw.in(0.34F, 0.5F) : draw.in(0.66F, 0.92F);
  const float chroma = draw.in(0.03F, 0.09F);
  const float hue = draw.in(0.58F, 0.76F);
  return natural_or_palette(draw, palette, lch(lightness, chroma, hue));
}

Lab ground_colour(Draw& draw, const Palette& palette) {
  const float lightness = draw.in(0.52F, 0.84F);
  const float chroma = draw.in(0.05F, 0.11F);
  const float hue = draw.in(0.2F, 0.4F);
  return natural_or_palette(draw, palette, lch(lightness, chroma, hue));
}

// Large, quiet surfaces: a weak pattern, no rounding.
Material calm(Texture texture, Lab colour, Draw& draw) {
  Material m = material(texture, colour, draw);
  m.accent = {colour.L + 0.25F * (m.accent.L - colour.L), colour.a, colour.b};
  m.amount = draw.in(0.35F, 0.7F);
  m.scale *= 1.3F;
  m.volume = 0;
  return m;
}

// A ridge from the left edge to the right edge; the shape reaches down to `bottom`.
Outline ridge(Draw& draw, float height, float rough, int points, bool jagged, float bottom) {
  Outline through;
  for (int i = -1; i <= points + 1; ++i) {
    through.push_back({static_cast<float>(i) / static_cast<float>(points), height + draw.in(-rough, rough)});
  }
  Outline out = jagged ? through : curve(through);
  out.push_back({1.3F, bottom});
  out.push_back({-0.3F, bottom});
  return out;
}

void paint_sun(Scenery& scenery, Draw& draw, float horizon) {
  if (!draw.chance(0.45F)) return;
  const Vec2 at{draw.in(0.08F, 0.92F), draw.in(0.1F, 0.85F) * horizon};
  const float radius = draw.in(0.04F, 0.085F);
  Material disc;
  disc.colour = lch(draw.in(0.9F, 0.97F), 0.05F, 0.24F);
  disc.amount = 0;
  disc.volume = 0;
  for (const float glow : {2.2F, 1.6F}) {
    disc.opacity = 0.16F;
    scenery.add(circle(at, glow * radius), disc);
  }
  disc.opacity = 0.92F;
  scenery.add(circle(at, radius), disc);
}

// Heaps of round puffs on a flat base.
void paint_clouds(Scenery& scenery, Draw& draw, float horizon, Lab sky) {
  const int count = draw.integer(0, 4);
  Material m = material(Texture::Paint, mix(sky, lch(0.97F, 0.01F, 0.2F), draw.in(0.35F, 0.8F)), draw);
  m.volume = 0.3F;
  m.amount = 0.5F;
  for (int i = 0; i < count; ++i) {
    const Vec2 at{draw.in(-0.05F, 1.05F), draw.in(0.06F, 0.85F) * horizon};
    const float size = draw.in(0.05F, 0.11F);
    m.opacity = draw.in(0.55F, 0.95F);
    Outline heap{{1.7F, 0.16F}, {0, 0.22F}, {-1.7F, 0.16F}};
    for (const float x : {-1.55F, -0.95F, -0.3F, 0.35F, 0.95F, 1.5F}) {
      const float dome = 1 - 0.36F * x * x;
      heap.push_back({x, -dome * draw.in(0.55F, 1.15F) - 0.08F});
    }
    scenery.add(transformed(blob(heap), Affine::translation(at) * Affine::scaling(size * draw.sign(), size)),
                m);
  }
}

Backdrop hills(Scenery& scenery, Draw& draw, const Palette& palette, bool mountains) {
  Backdrop b;
  const Lab sky = sky_colour(draw, palette);
  b.ground = ground_colour(draw, palette);
  b.horizon = draw.in(0.42F, 0.74F);
  const Lab haze = mix(sky, natural_or_palette(draw, palette, lch(0.9F, 0.05F, 0.2F)), 0.65F);
  scenery.wash(0, b.horizon + 0.05F, sky, haze, 0.05F, draw);
  paint_sun(scenery, draw, b.horizon);
  paint_clouds(scenery, draw, b.horizon - 0.12F, sky);
  const int layers = draw.integer(2, 4);
  const float steep = mountains ? draw.in(0.2F, 0.34F) : draw.in(0.1F, 0.2F);
  for (int i = 1; i <= layers; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(layers);
    const bool last = i == layers;
    const bool jagged = mountains && !last;
    // Far layers take the colour of the air.
    Lab colour = mix(haze, b.ground, 0.2F + 0.8F * t);
    colour.L -= last ? 0.0F : draw.in(0.0F, 0.06F);
    Material m = calm(jagged ? Texture::Paint : Texture::Turf, colour, draw);
    m.volume = last ? 0.0F : 0.5F;
    const float height = b.horizon - steep * (1 - t);
    const float rough = last ? 0.02F : jagged ? 0.45F * steep : 0.3F * steep;
    scenery.add(ridge(draw, height, rough, jagged ? 6 : 3, jagged, last ? 1.1F : b.horizon + 0.1F), m);
  }
  Material blade = calm(Texture::Paint, b.ground, draw);
  scenery.strokes(b.horizon + 0.06F, 1.05F, draw.integer(6, 22), {0.012F, -0.06F}, blade, 0.09F, draw);
  return b;
}

Backdrop lake(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  const Lab sky = sky_colour(draw, palette);
  b.horizon = draw.in(0.34F, 0.68F);
  const float lightness = draw.in(0.46F, 0.78F);
  const float hue = draw.in(0.5F, 0.72F);
  b.ground = natural_or_palette(draw, palette, lch(lightness, 0.07F, hue));
  const Lab haze = mix(sky, lch(0.93F, 0.04F, 0.2F), 0.5F);
  scenery.wash(0, b.horizon, sky, haze, 0.05F, draw);
  paint_sun(scenery, draw, b.horizon);
  paint_clouds(scenery, draw, b.horizon, sky);
  if (draw.chance(0.65F)) {
    Material shore = calm(Texture::Turf, mix(haze, ground_colour(draw, palette), 0.6F), draw);
    shore.volume = 0.4F;
    scenery.add(ridge(draw, b.horizon - 0.05F, 0.045F, 4, false, b.horizon + 0.02F), shore);
  }
  scenery.wash(b.horizon, 1, mix(b.ground, haze, 0.4F), b.ground, 0.08F, draw);
  const Material wave = calm(Texture::Paint, {b.ground.L + 0.07F, b.ground.a, b.ground.b}, draw);
  scenery.strokes(b.horizon + 0.02F, 1.02F, draw.integer(12, 26), {0.19F, 0.004F}, wave, 0.09F, draw);
  return b;
}

void paint_wallpaper(Scenery& scenery, Draw& draw, Lab wall, float bottom) {
  Material paper = calm(Texture::Paint, {wall.L + 0.055F * draw.sign(), wall.a, wall.b}, draw);
  paper.opacity = draw.in(0.5F, 0.9F);
  switch (draw.below(4)) {
    case 0: {  // stripes
      const float pitch = draw.in(0.08F, 0.16F);
      const float start = draw.in(0, 0.1F) - pitch;
      for (float x = start; x < 1; x += pitch) scenery.add(box(x, -0.1F, x + 0.5F * pitch, bottom), paper);
      return;
    }
    case 1: {  // panelling below a rail
      const float top = bottom - draw.in(0.2F, 0.36F);
      paper.texture = Texture::Planks;
      scenery.add(box(-0.1F, top, 1.1F, bottom), paper, upright_frame());
      scenery.add(box(-0.1F, top - 0.016F, 1.1F, top + 0.01F), paper, 0.01F);
      return;
    }
    case 2: {  // dots
      const float pitch = draw.in(0.12F, 0.2F);
      for (int row = 0; static_cast<float>(row) * pitch < bottom; ++row) {
        for (int column = 0; static_cast<float>(column) * pitch < 1.1F; ++column) {
          const float x = (static_cast<float>(column) + 0.5F * static_cast<float>(row % 2)) * pitch;
          scenery.add(circle({x, static_cast<float>(row) * pitch}, 0.13F * pitch), paper);
        }
      }
      return;
    }
    default:
      return;  // plain
  }
}

Backdrop room(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  const float paint = draw.in(0.05F, 0.75F);
  const Lab wall = natural_or_palette(draw, palette, lch(draw.in(0.62F, 0.92F), 0.04F, paint));
  b.ground = natural_or_palette(draw, palette, lch(draw.in(0.46F, 0.76F), 0.07F, 0.16F));
  b.horizon = draw.in(0.55F, 0.84F);
  const Lab corner{wall.L - draw.in(0.04F, 0.16F), wall.a, wall.b};
  if (draw.chance(0.5F)) {
    scenery.wash(0, b.horizon, wall, corner, 0.05F, draw);
  } else {
    scenery.wash(0, b.horizon, corner, wall, 0.05F, draw);
  }
  paint_wallpaper(scenery, draw, wall, b.horizon);
  Material floor = calm(draw.chance(0.6F) ? Texture::Planks : Texture::Paint, b.ground, draw);
  scenery.add(box(-0.1F, b.horizon, 1.1F, 1.1F), floor);
  Material skirting = calm(Texture::Paint, mix(wall, lch(0.94F, 0.01F, 0.2F), 0.6F), draw);
  skirting.volume = 0.6F;
  scenery.add(box(-0.1F, b.horizon - 0.04F, 1.1F, b.horizon + 0.01F), skirting, 0.012F);
  return b;
}

Backdrop yard(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  const Lab wall_colour = natural_or_palette(draw, palette, lch(draw.in(0.6F, 0.88F), 0.05F, 0.17F));
  b.ground = natural_or_palette(draw, palette, lch(draw.in(0.5F, 0.8F), 0.025F, 0.2F));
  b.horizon = draw.in(0.5F, 0.82F);
  const std::array<Texture, 4> walls{Texture::Bricks, Texture::Planks, Texture::Turf, Texture::Paint};
  const Texture texture = draw.one_of(walls);
  Material wall = calm(texture, wall_colour, draw);
  const bool upright = draw.chance(0.5F) && texture == Texture::Planks;
  scenery.add(box(-0.1F, -0.1F, 1.1F, b.horizon), wall, upright ? upright_frame() : scenery_frame());
  const Material ground = calm(Texture::Turf, b.ground, draw);
  scenery.add(box(-0.1F, b.horizon, 1.1F, 1.1F), ground);
  Material kerb = calm(Texture::Paint, {b.ground.L + 0.1F, b.ground.a, b.ground.b}, draw);
  kerb.volume = 0.7F;
  scenery.add(box(-0.1F, b.horizon - 0.01F, 1.1F, b.horizon + 0.04F), kerb, 0.015F);
  return b;
}

Backdrop paper(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  const Lab top = palette.any(draw, 0.5F, 0.95F, 0.01F, 0.07F);
  b.ground = mix(top, palette.any(draw, 0.5F, 0.93F, 0.015F, 0.09F), 0.8F);
  b.horizon = draw.in(0.4F, 0.85F);
  scenery.wash(0, 1, top, b.ground, draw.in(0.04F, 0.12F), draw);
  const int blots = draw.integer(2, 5);
  for (int i = 0; i < blots; ++i) {
    const Vec2 at{draw.in(0, 1), draw.in(0, 1)};
    const float size = draw.in(0.12F, 0.38F);
    Outline through;
    for (int k = 0; k < 9; ++k) {
      through.push_back(at + direction(static_cast<float>(k) / 9) * (size * draw.in(0.75F, 1.2F)));
    }
    Material m = calm(Texture::Paint, palette.any(draw, 0.55F, 0.95F, 0.02F, 0.1F), draw);
    m.opacity = draw.in(0.25F, 0.6F);
    m.volume = 0.12F;
    scenery.add(blob(through), m);
  }
  return b;
}

}  // namespace

Backdrop paint_backdrop(Painter& painter, Draw& draw, const Palette& palette) {
  Scenery scenery(painter);
  switch (draw.below(6)) {
    case 0:
      return hills(scenery, draw, palette, false);
    case 1:
      return hills(scenery, draw, palette, true);
    case 2:
      return lake(scenery, draw, palette);
    case 3:
      return room(scenery, draw, palette);
    case 4:
      return yard(scenery, draw, palette);
    default:
      return paper(scenery, draw, palette);
  }
}

}  // namespace ibot::data::parts
