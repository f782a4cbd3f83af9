// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreground.h"

#include "scenery.h"

#include <array>

namespace ibot::data::parts {

namespace {

void add_blade(Scenery& scenery, Draw& draw, Vec2 foot, float height, const Material& grass) {
  const float lean = draw.in(-0.35F, 0.35F) * height;
  const float width = draw.in(0.007F, 0.013F);
  const float bend = draw.in(-0.15F, 0.15F) * height;
  scenery.add(leaf_shape(foot, foot + Vec2{lean, -height}, width, 0.3F, bend), grass, 0.008F);
}

void add_stone(Scenery& scenery, Draw& draw, Vec2 at, float size, Lab ground) {
  Outline through;
  for (int k = 0; k < 7; ++k) {
    const Vec2 d = direction(static_cast<float>(k) / 7) * (size * draw.in(0.8F, 1.15F));
    through.push_back(at + Vec2{1.2F * d.x, 0.75F * d.y});
  }
  const Lab grey = Palette::near(mix(ground, lch(0.66F, 0.01F, 0.2F), 0.6F), draw, 0.1F);
  scenery.add(blob(through), material(Texture::Speckle, grey, draw), 0.015F);
}

void add_tuft(Scenery& scenery, Draw& draw, Vec2 at, float size, Lab colour) {
  const Material grass = material(Texture::Paint, colour, draw);
  const int blades = draw.integer(4, 8);
  for (int k = 0; k < blades; ++k) {
    const float x = at.x + draw.in(-0.5F, 0.5F) * size;
    add_blade(scenery, draw, {x, at.y}, size * 1.8F, grass);
  }
}

void add_crate(Scenery& scenery, Draw& draw, Vec2 at, float size, Lab colour) {
  const Material crate = material(Texture::Planks, colour, draw);
  scenery.add(box(at.x - size, at.y - 1.5F * size, at.x + size, at.y), crate, 0.02F);
  Material brace = crate;
  brace.colour.L -= 0.12F;
  const Vec2 low{at.x - 0.9F * size, at.y - 0.1F * size};
  const Vec2 high{at.x + 0.9F * size, at.y - 1.4F * size};
  scenery.add(ribbon({low, high}, 0.1F * size, 0.1F * size), brace);
}

void fence(Scenery& scenery, Draw& draw, const Palette& palette) {
  Material wood = material(Texture::Planks, palette.of(Stuff::Wood, draw), draw);
  wood.scale = 0.5F;
  const float top = draw.in(0.68F, 0.85F);
  const float pitch = draw.in(0.11F, 0.18F);
  const float width = pitch * draw.in(0.3F, 0.45F);
  scenery.add(box(-0.1F, top + 0.07F, 1.1F, top + 0.11F), wood, 0.012F);
  const float start = draw.in(-0.1F, 0);
  const float point = draw.chance(0.6F) ? 0.05F : 0.005F;
  for (float x = start; x < 1.05F; x += pitch) {
    const Outline picket{
        {x, 1.1F}, {x, top}, {x + 0.5F * width, top - point}, {x + width, top}, {x + width, 1.1F}};
    scenery.add(picket, wood, upright_frame(), 0.015F);
  }
}

void posts(Scenery& scenery, Draw& draw, const Palette& palette) {
  const std::array<Texture, 3> looks{Texture::Bark, Texture::Metal, Texture::Planks};
  const int count = draw.integer(1, 2);
  for (int i = 0; i < count; ++i) {
    const Texture look = draw.one_of(looks);
    const Material m = material(look, palette.of(Stuff::Bark, draw), draw);
    const float x = draw.in(0.05F, 0.95F);
    const float lean = draw.in(-0.1F, 0.1F);
    const float half = draw.in(0.015F, 0.032F);
    scenery.add(limb({x, -0.2F}, {x + lean, 1.2F}, half, half), m,
                Affine::translation({x, 0}) * Affine::scaling(0.4F, 0.4F), 0.025F);
  }
}

void tall_grass(Scenery& scenery, Draw& draw, const Palette& palette) {
  const Material grass = material(Texture::Paint, palette.of(Stuff::Leaf, draw), draw);
  const int count = draw.integer(14, 34);
  const float tall = draw.in(0.12F, 0.28F);
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
  const Material leaf = material(Texture::Veins, palette.of(Stuff::Leaf, draw), draw);
  const bool left = draw.chance(0.5F);
  const float side = left ? 1.0F : -1.0F;
  const Vec2 from{left ? -0.05F : 1.05F, draw.in(-0.05F, 0.35F)};
  const Vec2 to = from + Vec2{side * draw.in(0.35F, 0.62F), draw.in(-0.1F, 0.22F)};
  const Vec2 middle = mix(from, to, 0.5F) + Vec2{0, draw.in(-0.08F, 0.08F)};
  scenery.add(ribbon({from, middle, to}, 0.018F, 0.007F), bark, 0.02F, Part::Stem);
  const int count = draw.integer(5, 9);
  for (int i = 0; i <= count; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(count);
    const Vec2 base = t < 0.5F ? mix(from, middle, 2 * t) : mix(middle, to, 2 * t - 1);
    const float hand = (i & 1) != 0 ? 1.0F : -1.0F;
    const Vec2 out = unit({side * draw.in(0.3F, 1.0F), hand * draw.in(0.5F, 1.0F)});
    const float size = draw.in(0.09F, 0.15F);
    const Vec2 tip = base + out * size;
    const float bend = draw.in(-0.1F, 0.1F) * size;
    Material m = leaf;
    m.colour.L += draw.in(-0.07F, 0.07F);
    m.accent = {m.colour.L + (m.colour.L < 0.62F ? 0.16F : -0.16F), m.colour.a, m.colour.b};
    scenery.add(leaf_shape(base, tip, 0.32F * size, 0.42F, bend), m, Affine::frame(base, tip), 0.02F,
                Part::Leaf);
  }
}

void snow(Scenery& scenery, Draw& draw, const Palette& palette) {
  Material flake;
  flake.colour = draw.chance(0.6F) ? lch(0.96F, 0.01F, 0.2F) : palette.any(draw, 0.6F, 0.92F, 0.03F, 0.14F);
  flake.amount = 0;
  flake.opacity = draw.in(0.75F, 1.0F);
  const int count = draw.integer(12, 36);
  const float size = draw.in(0.008F, 0.018F);
  for (int i = 0; i < count; ++i) {
    const Vec2 at{draw.in(0, 1), draw.in(0, 1)};
    scenery.add(circle(at, size * draw.in(0.6F, 1.5F)), flake, 0.006F);
  }
}

}  // namespace

void paint_clutter(Painter& painter, Draw& draw, const Palette& palette, const Backdrop& backdrop) {
  Scenery scenery(painter);
  const int count = draw.integer(0, 5);
  for (int i = 0; i < count; ++i) {
    // Far things first.
    const float depth = (static_cast<float>(i) + draw.in(0.1F, 1)) / static_cast<float>(count);
    const Vec2 at{draw.in(0, 1), backdrop.horizon + (1 - backdrop.horizon) * depth};
    const float size = draw.in(0.03F, 0.07F) * (0.5F + 0.7F * depth);
    switch (draw.below(4)) {
      case 0:
        add_stone(scenery, draw, at, size, backdrop.ground);
        break;
      case 1:
        add_tuft(scenery, draw, at, size, mix(palette.of(Stuff::Leaf, draw), backdrop.ground, 0.4F));
        break;
      case 2:
        add_crate(scenery, draw, at, size, palette.of(Stuff::Wood, draw));
        break;
      default: {
        const Texture skin = draw.chance(0.5F) ? Texture::Stripes : Texture::Paint;
        const Material ball = material(skin, palette.any(draw, 0.45F, 0.88F, 0.04F, 0.14F), draw);
        scenery.add(circle(at, 0.8F * size), ball, 0.02F);
      }
    }
  }
}

void paint_foreground(Painter& painter, Draw& draw, const Palette& palette) {
  Scenery scenery(painter);
  if (!draw.chance(0.5F)) return;
  switch (draw.below(5)) {
    case 0:
      return fence(scenery, draw, palette);
    case 1:
      return posts(scenery, draw, palette);
    case 2:
      return tall_grass(scenery, draw, palette);
    case 3:
      return branch(scenery, draw, palette);
    default:
      return snow(scenery, draw, palette);
  }
}

}  // namespace ibot::data::parts
