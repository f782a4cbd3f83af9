// SPDX-License-Identifier: GPL-3.0-or-later
#include "backdrop.h"

#include "noise.h"
#include "vocabulary.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ibot::data::parts {

namespace {

constexpr float kTextureUnits =
    2.6F;  // texture coordinates across the picture, to match a figure of common size

// Paints in picture coordinates, [0, 1] each way.
class Scenery {
 public:
  explicit Scenery(Painter& painter) : painter_(painter), side_(static_cast<float>(painter.width())) {}

  void add(const Outline& outline, const Material& material, float lift = 0, float softness = 0.5F,
           Part part = Part::Background) {
    add(outline, material, Affine::scaling(1 / kTextureUnits, 1 / kTextureUnits), lift, softness, part);
  }
  void add(const Outline& outline, const Material& material, const Affine& frame, float lift, float softness,
           Part part) {
    Shape shape;
    shape.outline = transformed(outline, Affine::scaling(side_, side_));
    shape.material = material;
    shape.texture = inverse(Affine::scaling(side_, side_) * frame);
    shape.part = static_cast<std::uint8_t>(part);
    shape.lift = lift * side_;
    shape.softness = softness;
    painter_.paint(shape);
  }
  // A vertical blend from `top` to `bottom` between two heights, clouded by noise.
  void wash(float from, float to, Lab top, Lab bottom, float clouding, Vec2 offset) {
    const Noise noise;
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

 private:
  Painter& painter_;
  float side_;
};

Lab natural_or_palette(Draw& draw, const Palette& palette, Lab natural) {
  // Calm: little chroma, so that the object stands out by more than its place.
  const Lab free = palette.any(draw, 0.38F, 0.9F, 0.01F, 0.07F);
  return draw.chance(0.5F) ? natural : free;
}

Lab sky_colour(Draw& draw, const Palette& palette) {
  const float lightness = draw.in(0.42F, 0.9F);
  const float chroma = draw.in(0.01F, 0.07F);
  const float hue = draw.in(0.58F, 0.78F);
  return natural_or_palette(draw, palette, lch(lightness, chroma, hue));
}

Lab ground_colour(Draw& draw, const Palette& palette) {
  const float lightness = draw.in(0.4F, 0.8F);
  const float chroma = draw.in(0.03F, 0.08F);
  const float hue = draw.in(0.22F, 0.4F);
  return natural_or_palette(draw, palette, lch(lightness, chroma, hue));
}

Vec2 drawn_offset(Draw& draw) {
  return Vec2{draw.in(0, 100), draw.in(0, 100)};
}

// A ridge from the left edge to the right edge, closed below the picture.
Outline ridge(Draw& draw, float height, float rough, int points, bool jagged) {
  Outline through;
  for (int i = -1; i <= points + 1; ++i) {
    through.push_back({static_cast<float>(i) / static_cast<float>(points), height + draw.in(-rough, rough)});
  }
  Outline out = jagged ? through : curve(through);
  out.push_back({1.3F, 1.4F});
  out.push_back({-0.3F, 1.4F});
  return out;
}

void paint_sun(Scenery& scenery, Draw& draw, float horizon) {
  if (!draw.chance(0.4F)) return;
  const Vec2 at{draw.in(0.1F, 0.9F), draw.in(0.08F, 0.8F) * horizon};
  const float radius = draw.in(0.04F, 0.09F);
  Material disc;
  disc.colour = lch(draw.in(0.86F, 0.97F), 0.05F, 0.24F);
  disc.amount = 0;
  disc.volume = 0;
  disc.opacity = 0.35F;
  scenery.add(circle(at, 1.5F * radius), disc);
  disc.opacity = 0.9F;
  scenery.add(circle(at, radius), disc);
}

void paint_clouds(Scenery& scenery, Draw& draw, float horizon, Lab sky) {
  const int count = draw.integer(0, 3);
  for (int i = 0; i < count; ++i) {
    const Vec2 at{draw.in(0, 1), draw.in(0.05F, 0.75F) * horizon};
    const float size = draw.in(0.06F, 0.13F);
    Material m = material(Texture::Paint, mix(sky, lch(0.95F, 0.01F, 0.2F), 0.55F), draw);
    m.volume = 0.25F;
    m.opacity = draw.in(0.6F, 0.95F);
    Outline puffs;
    for (int k = 0; k < 9; ++k) {
      const float turn = static_cast<float>(k) / 9;
      const float r = size * draw.in(0.8F, 1.2F);
      const Vec2 d = direction(turn);
      puffs.push_back(at + Vec2{1.9F * r * d.x, (d.y > 0 ? 0.35F : 0.75F) * r * d.y});
    }
    scenery.add(blob(puffs), m);
  }
}

Backdrop hills(Scenery& scenery, Draw& draw, const Palette& palette, bool jagged) {
  Backdrop b;
  b.far = sky_colour(draw, palette);
  b.near = ground_colour(draw, palette);
  b.horizon = draw.in(0.36F, 0.72F);
  const Lab low = mix(b.far, natural_or_palette(draw, palette, lch(0.88F, 0.05F, 0.2F)), 0.6F);
  scenery.wash(0, 1, b.far, low, 0.05F, drawn_offset(draw));
  paint_sun(scenery, draw, b.horizon);
  paint_clouds(scenery, draw, b.horizon, b.far);
  const int layers = draw.integer(2, 4);
  for (int i = 0; i < layers; ++i) {
    const float t = static_cast<float>(i + 1) / static_cast<float>(layers);
    const bool last = i + 1 == layers;
    Lab colour = mix(low, b.near, 0.25F + 0.75F * t);
    colour.L += last ? 0.0F : draw.in(-0.07F, 0.04F);
    Material m = material(jagged && !last ? Texture::Speckle : Texture::Foliage, colour, draw);
    m.amount = 0.25F + 0.3F * t;
    m.scale = 0.8F + 0.7F * t;
    m.volume = 0.5F;
    const float height = b.horizon - 0.16F * (1 - t) * (jagged ? 1.8F : 1.0F) + (last ? 0.02F : 0.0F);
    const int points = jagged && !last ? 7 : 4;
    const float rough = last ? 0.02F : jagged ? 0.09F : 0.05F;
    scenery.add(ridge(draw, height, rough, points, jagged && !last), m, 0, 0.25F);
  }
  return b;
}

Backdrop lake(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  b.far = sky_colour(draw, palette);
  b.horizon = draw.in(0.3F, 0.66F);
  const float lightness = draw.in(0.38F, 0.74F);
  const float hue = draw.in(0.5F, 0.74F);
  b.near = natural_or_palette(draw, palette, lch(lightness, 0.06F, hue));
  const Lab low = mix(b.far, lch(0.9F, 0.04F, 0.2F), 0.5F);
  scenery.wash(0, b.horizon, b.far, low, 0.05F, drawn_offset(draw));
  paint_sun(scenery, draw, b.horizon);
  paint_clouds(scenery, draw, b.horizon, b.far);
  if (draw.chance(0.6F)) {
    Material shore = material(Texture::Foliage, mix(low, ground_colour(draw, palette), 0.6F), draw);
    shore.amount = 0.4F;
    scenery.add(ridge(draw, b.horizon - 0.05F, 0.04F, 5, false), shore);
  }
  Material water = material(Texture::Paint, b.near, draw);
  water.scale = 0.5F;
  water.amount = 1.6F;
  water.volume = 0;
  scenery.add(box(-0.1F, b.horizon, 1.1F, 1.1F), water);
  const int waves = draw.integer(6, 14);
  for (int i = 0; i < waves; ++i) {
    const float t = draw.in(0.03F, 1);
    const float y = b.horizon + (1 - b.horizon) * t;
    const float x = draw.in(-0.1F, 1);
    const float wide = draw.in(0.06F, 0.22F) * (0.4F + t);
    Material m = water;
    m.colour.L += draw.in(-0.06F, 0.12F);
    m.opacity = 0.7F;
    scenery.add(leaf_shape({x, y}, {x + wide, y}, 0.004F + 0.009F * t, 0.5F, 0.004F), m);
  }
  return b;
}

Backdrop room(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  b.far = natural_or_palette(draw, palette, lch(draw.in(0.55F, 0.9F), 0.03F, 0.2F));
  b.near = natural_or_palette(draw, palette, lch(draw.in(0.42F, 0.75F), 0.06F, 0.16F));
  b.horizon = draw.in(0.55F, 0.85F);
  const Lab corner{b.far.L - draw.in(0.04F, 0.18F), b.far.a, b.far.b};
  scenery.wash(0, b.horizon, b.far, corner, 0.04F, drawn_offset(draw));
  const int pattern = draw.below(4);  // plain, stripes, panelling, dots
  Material paper = material(Texture::Paint, {b.far.L + 0.05F * draw.sign(), b.far.a, b.far.b}, draw);
  paper.opacity = draw.in(0.4F, 0.8F);
  paper.volume = 0;
  if (pattern == 1) {
    const float pitch = draw.in(0.08F, 0.16F);
    const float start = draw.in(0, 0.1F);
    for (float x = start - pitch; x < 1; x += pitch)
      scenery.add(box(x, -0.1F, x + 0.5F * pitch, b.horizon), paper);
  } else if (pattern == 2) {
    const float top = b.horizon - draw.in(0.2F, 0.35F);
    paper.texture = Texture::Planks;
    const Affine upright = Affine::rotation(0.25F) * Affine::scaling(1 / kTextureUnits, 1 / kTextureUnits);
    scenery.add(box(-0.1F, top, 1.1F, b.horizon), paper, upright, 0, 0.5F, Part::Background);
    scenery.add(box(-0.1F, top - 0.015F, 1.1F, top + 0.01F), paper, 0.01F);
  } else if (pattern == 3) {
    const float pitch = draw.in(0.13F, 0.2F);
    for (int row = 0; static_cast<float>(row) * pitch < b.horizon; ++row) {
      for (int column = 0; static_cast<float>(column) * pitch < 1.1F; ++column) {
        const float x = (static_cast<float>(column) + 0.5F * static_cast<float>(row % 2)) * pitch;
        scenery.add(circle({x, static_cast<float>(row) * pitch}, 0.12F * pitch), paper);
      }
    }
  }
  Material floor = material(draw.chance(0.6F) ? Texture::Planks : Texture::Paint, b.near, draw);
  floor.volume = 0;
  floor.amount = 0.6F;
  scenery.add(box(-0.1F, b.horizon, 1.1F, 1.1F), floor);
  Material skirting = material(Texture::Paint, mix(b.far, lch(0.92F, 0.01F, 0.2F), 0.5F), draw);
  scenery.add(box(-0.1F, b.horizon - 0.035F, 1.1F, b.horizon + 0.01F), skirting, 0.012F);
  return b;
}

Backdrop paper(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  b.far = palette.any(draw, 0.4F, 0.94F, 0.005F, 0.06F);
  b.near = mix(b.far, palette.any(draw, 0.4F, 0.92F, 0.01F, 0.08F), 0.7F);
  b.horizon = draw.in(0.4F, 0.9F);
  const float clouding = draw.in(0.05F, 0.16F);
  scenery.wash(0, 1, b.far, b.near, clouding, drawn_offset(draw));
  const int blots = draw.integer(1, 4);
  for (int i = 0; i < blots; ++i) {
    const Vec2 at{draw.in(0, 1), draw.in(0, 1)};
    const float size = draw.in(0.14F, 0.4F);
    Outline through;
    for (int k = 0; k < 9; ++k)
      through.push_back(at + direction(static_cast<float>(k) / 9) * (size * draw.in(0.75F, 1.2F)));
    Material m = material(Texture::Paint, palette.any(draw, 0.45F, 0.92F, 0.01F, 0.09F), draw);
    m.opacity = draw.in(0.25F, 0.6F);
    m.volume = 0.15F;
    scenery.add(blob(through), m);
  }
  return b;
}

Backdrop yard(Scenery& scenery, Draw& draw, const Palette& palette) {
  Backdrop b;
  b.far = natural_or_palette(draw, palette, lch(draw.in(0.5F, 0.85F), 0.04F, 0.17F));
  b.near = natural_or_palette(draw, palette, lch(draw.in(0.45F, 0.78F), 0.02F, 0.2F));
  b.horizon = draw.in(0.5F, 0.82F);
  const std::array<Texture, 4> walls{Texture::Bricks, Texture::Planks, Texture::Foliage, Texture::Speckle};
  Material wall = material(draw.one_of(walls), b.far, draw);
  wall.amount = draw.in(0.35F, 0.7F);
  wall.volume = 0;
  scenery.add(box(-0.1F, -0.1F, 1.1F, b.horizon), wall);
  Material ground = material(Texture::Speckle, b.near, draw);
  ground.amount = 0.6F;
  ground.volume = 0;
  scenery.add(box(-0.1F, b.horizon, 1.1F, 1.1F), ground);
  Material kerb = material(Texture::Speckle, {b.near.L + 0.1F, b.near.a, b.near.b}, draw);
  scenery.add(box(-0.1F, b.horizon - 0.01F, 1.1F, b.horizon + 0.04F), kerb, 0.015F);
  return b;
}

void add_blade(Scenery& scenery, Draw& draw, Vec2 foot, float height, const Material& grass) {
  const float lean = draw.in(-0.35F, 0.35F) * height;
  const float width = draw.in(0.006F, 0.012F);
  const float bend = draw.in(-0.15F, 0.15F) * height;
  scenery.add(leaf_shape(foot, foot + Vec2{lean, -height}, width, 0.3F, bend), grass, 0.008F);
}

void fence(Scenery& scenery, Draw& draw, const Palette& palette) {
  Material wood = material(Texture::Planks, palette.of(Stuff::Wood, draw), draw);
  wood.scale = 0.5F;
  const float top = draw.in(0.66F, 0.84F);
  const float pitch = draw.in(0.11F, 0.18F);
  const float width = pitch * draw.in(0.3F, 0.45F);
  scenery.add(box(-0.1F, top + 0.07F, 1.1F, top + 0.11F), wood, 0.012F);
  const float start = draw.in(-0.1F, 0);
  const bool pointed = draw.chance(0.6F);
  for (float x = start; x < 1.05F; x += pitch) {
    scenery.add(Outline{{x, 1.1F},
                        {x, top},
                        {x + 0.5F * width, pointed ? top - 0.05F : top - 0.005F},
                        {x + width, top},
                        {x + width, 1.1F}},
                wood, 0.015F);
  }
}

void posts(Scenery& scenery, Draw& draw, const Palette& palette) {
  const int count = draw.integer(1, 2);
  for (int i = 0; i < count; ++i) {
    const std::array<Texture, 3> looks{Texture::Bark, Texture::Metal, Texture::Planks};
    const Texture look = draw.one_of(looks);
    Material m = material(look, palette.of(Stuff::Bark, draw), draw);
    const float x = draw.in(0.05F, 0.95F);
    const float lean = draw.in(-0.1F, 0.1F);
    const float half = draw.in(0.018F, 0.045F);
    scenery.add(limb({x, -0.2F}, {x + lean, 1.2F}, half, half), m,
                Affine::translation({x, 0}) * Affine::scaling(0.4F, 0.4F), 0.025F, 1, Part::Background);
  }
}

void meadow(Scenery& scenery, Draw& draw, const Palette& palette) {
  const Material grass = material(Texture::Paint, palette.of(Stuff::Leaf, draw), draw);
  const int count = draw.integer(14, 34);
  const float tall = draw.in(0.12F, 0.3F);
  for (int i = 0; i < count; ++i) {
    const Vec2 foot{draw.in(-0.05F, 1.05F), 1.02F};
    Material m = grass;
    m.colour.L += draw.in(-0.1F, 0.1F);
    add_blade(scenery, draw, foot, tall * draw.in(0.5F, 1.2F), m);
  }
}

// The only foreground that is made of parts: its leaves and stems are in the mask under their own names.
void branch(Scenery& scenery, Draw& draw, const Palette& palette) {
  const Material bark = material(Texture::Bark, palette.of(Stuff::Bark, draw), draw);
  Material leaf = material(Texture::Veins, palette.of(Stuff::Leaf, draw), draw);
  const bool left = draw.chance(0.5F);
  const float side = left ? 1.0F : -1.0F;
  const Vec2 from{left ? -0.05F : 1.05F, draw.in(-0.05F, 0.35F)};
  const Vec2 to = from + Vec2{side * draw.in(0.35F, 0.62F), draw.in(-0.1F, 0.22F)};
  const Vec2 middle = mix(from, to, 0.5F) + Vec2{0, draw.in(-0.08F, 0.08F)};
  scenery.add(ribbon({from, middle, to}, 0.018F, 0.007F), bark, 0.02F, 1, Part::Stem);
  const int count = draw.integer(5, 9);
  for (int i = 0; i <= count; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(count);
    const Vec2 base = t < 0.5F ? mix(from, middle, 2 * t) : mix(middle, to, 2 * t - 1);
    const float hand = (i & 1) != 0 ? 1.0F : -1.0F;
    const Vec2 out = unit({side * draw.in(0.3F, 1.0F), hand * draw.in(0.5F, 1.0F)});
    const float size = draw.in(0.09F, 0.15F);
    const Vec2 tip = base + out * size;
    Material m = leaf;
    m.colour.L += draw.in(-0.07F, 0.07F);
    m.accent = {m.colour.L + (m.colour.L < 0.62F ? 0.16F : -0.16F), m.colour.a, m.colour.b};
    scenery.add(leaf_shape(base, tip, 0.32F * size, 0.42F, draw.in(-0.1F, 0.1F) * size), m,
                Affine::frame(base, tip), 0.02F, 1, Part::Leaf);
  }
}

void snow(Scenery& scenery, Draw& draw, const Palette& palette) {
  Material flake;
  flake.colour = draw.chance(0.6F) ? lch(0.95F, 0.01F, 0.2F) : palette.any(draw, 0.5F, 0.9F, 0.03F, 0.14F);
  flake.amount = 0;
  flake.opacity = draw.in(0.75F, 1.0F);
  const int count = draw.integer(12, 40);
  const float size = draw.in(0.008F, 0.02F);
  for (int i = 0; i < count; ++i) {
    const Vec2 at{draw.in(0, 1), draw.in(0, 1)};
    scenery.add(circle(at, size * draw.in(0.6F, 1.5F)), flake, 0.006F, 1);
  }
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

void paint_clutter(Painter& painter, Draw& draw, const Palette& palette, const Backdrop& backdrop) {
  Scenery scenery(painter);
  const int count = draw.integer(0, 5);
  for (int i = 0; i < count; ++i) {
    const float depth = draw.in(0.06F, 1);
    const Vec2 at{draw.in(0, 1), backdrop.horizon + (1 - backdrop.horizon) * depth};
    const float size = draw.in(0.03F, 0.075F) * (0.5F + 0.7F * depth);
    const int kind = draw.below(4);
    if (kind == 0) {
      Outline through;
      for (int k = 0; k < 7; ++k) {
        const Vec2 d = direction(static_cast<float>(k) / 7) * (size * draw.in(0.8F, 1.15F));
        through.push_back(at + Vec2{1.2F * d.x, 0.7F * d.y});
      }
      scenery.add(blob(through),
                  material(Texture::Speckle,
                           Palette::near(mix(backdrop.near, lch(0.6F, 0.01F, 0.2F), 0.6F), draw, 0.1F), draw),
                  0.015F, 1);
    } else if (kind == 1) {
      const Material grass =
          material(Texture::Paint, mix(palette.of(Stuff::Leaf, draw), backdrop.near, 0.4F), draw);
      const int blades = draw.integer(4, 8);
      for (int k = 0; k < blades; ++k) {
        const float x = at.x + draw.in(-0.5F, 0.5F) * size;
        add_blade(scenery, draw, {x, at.y}, size * 1.8F, grass);
      }
    } else if (kind == 2) {
      const Material crate = material(Texture::Planks, palette.of(Stuff::Wood, draw), draw);
      scenery.add(box(at.x - size, at.y - 1.6F * size, at.x + size, at.y), crate, 0.02F);
      Material edge = crate;
      edge.colour.L -= 0.12F;
      scenery.add(ribbon({{at.x - 0.9F * size, at.y - 0.1F * size}, {at.x + 0.9F * size, at.y - 1.5F * size}},
                         0.1F * size, 0.1F * size),
                  edge);
    } else {
      const Texture skin = draw.chance(0.5F) ? Texture::Stripes : Texture::Paint;
      const Material ball = material(skin, palette.any(draw, 0.4F, 0.85F, 0.04F, 0.14F), draw);
      scenery.add(circle(at, 0.8F * size), ball, 0.02F, 1);
    }
  }
}

void paint_foreground(Painter& painter, Draw& draw, const Palette& palette, const Backdrop&) {
  Scenery scenery(painter);
  if (!draw.chance(0.5F)) return;
  switch (draw.below(5)) {
    case 0:
      return fence(scenery, draw, palette);
    case 1:
      return posts(scenery, draw, palette);
    case 2:
      return meadow(scenery, draw, palette);
    case 3:
      return branch(scenery, draw, palette);
    default:
      return snow(scenery, draw, palette);
  }
}

}  // namespace ibot::data::parts
