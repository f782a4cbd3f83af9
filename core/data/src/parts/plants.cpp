// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure.h"

#include <cmath>

namespace ibot::data::parts {

namespace {

// Petals in a ring around a centre; `squash` foreshortens the bloom as seen from the side.
void add_bloom(Figure& f, Vec2 at, float radius, int petals, float squash, float tilt, const Material& petal,
               const Material& centre) {
  Draw& d = f.draw;
  const Affine before = f.pen;
  f.pen = f.pen * Affine::translation(at) * Affine::rotation(tilt) * Affine::scaling(1, squash);
  const float start = d.in(0, 1);
  const float width = d.in(0.85F, 1.25F) * 2.2F * radius / static_cast<float>(petals);
  const float belly = d.in(0.5F, 0.72F);
  const int rings = petals > 7 && d.chance(0.5F) ? 2 : 1;
  for (int ring = 0; ring < rings; ++ring) {
    const float reach = radius * (1 - 0.3F * static_cast<float>(ring));
    for (int i = 0; i < petals; ++i) {
      const float turn =
          start + (static_cast<float>(i) + 0.5F * static_cast<float>(ring)) / static_cast<float>(petals);
      const Vec2 tip = direction(turn) * (reach * d.in(0.93F, 1.05F));
      Material m = petal;
      m.colour.L += d.in(-0.04F, 0.04F);
      f.add(Part::Petal, leaf_shape({0, 0}, tip, width, belly, 0), m, Affine::frame({0, 0}, tip)).lift =
          0.02F;
    }
  }
  f.add(Part::Centre, circle({0, 0}, radius * d.in(0.24F, 0.36F)), centre);
  f.pen = before;
}

Material leaf_material(Figure& f) {
  return material(Texture::Veins, f.palette.of(Stuff::Leaf, f.draw), f.draw);
}

}  // namespace

void draw_tree(Figure& f) {
  Draw& d = f.draw;
  const Material bark = material(Texture::Bark, f.palette.of(Stuff::Bark, d), d);
  const Material leaf = leaf_material(f);
  Material crown = leaf;
  crown.texture = Texture::Foliage;
  crown.scale = d.in(0.8F, 1.2F);
  crown.offset = Vec2{d.in(0, 100), d.in(0, 100)};
  const int style = d.below(3);  // spreading, conifer, slender
  const float lean = d.in(-0.12F, 0.12F);
  const float root = d.in(0.09F, 0.15F);
  const float fork = style == 1 ? -0.6F : d.in(0.05F, 0.3F);
  const Vec2 foot{0, 0.95F};
  const Vec2 top{lean, fork};
  f.add(Part::Stem,
        ribbon({foot + Vec2{-0.02F, 0.02F}, mix(foot, top, 0.5F) + Vec2{0.4F * lean, 0}, top}, root,
               0.55F * root),
        bark);
  f.add(Part::Stem,
        blob({{-root - 0.1F, 0.97F},
              {-0.6F * root, 0.8F},
              {0.6F * root, 0.8F},
              {root + 0.1F, 0.97F},
              {0, 0.93F}}),
        bark)
      .lift = 0;

  std::array<Vec2, 12> tufts{};
  std::array<float, 12> sizes{};
  std::size_t count = 0;
  if (style == 1) {
    const int tiers = d.integer(3, 5);
    const float width = d.in(0.5F, 0.72F);
    for (int i = 0; i < tiers; ++i) {
      const float t = static_cast<float>(tiers - 1 - i) / static_cast<float>(tiers);
      const float bottom = -0.55F + 1.1F * t + 0.25F;
      const float half = width * (0.35F + 0.65F * t);
      const float droop = d.in(0.02F, 0.1F);
      f.add(Part::Leaf,
            rounded({{lean, bottom - 0.65F},
                     {half + lean, bottom + droop},
                     {0.4F * half + lean, bottom - 0.02F},
                     {lean, bottom + droop},
                     {-0.4F * half + lean, bottom - 0.02F},
                     {-half + lean, bottom + droop}},
                    0.05F),
            crown);
      tufts[count] = {lean + d.in(-0.4F, 0.4F) * half, bottom - 0.12F};
      sizes[count++] = 0.6F * half;
    }
  } else {
    // Boughs, then tufts of leaves from the outside in.
    const int boughs = d.integer(4, 7);
    const float spread = style == 0 ? d.in(0.5F, 0.68F) : d.in(0.24F, 0.34F);
    const float height = style == 0 ? d.in(0.55F, 0.75F) : d.in(0.85F, 1.0F);
    for (int i = 0; i < boughs; ++i) {
      const float turn =
          0.54F + 0.42F * static_cast<float>(i) / static_cast<float>(boughs - 1) + d.in(-0.03F, 0.03F);
      const Vec2 out = direction(turn);
      const float reach = d.in(0.75F, 1.0F);
      const Vec2 end = top + Vec2{out.x * spread * reach, (out.y + 0.05F) * height * reach};
      f.add(Part::Stem,
            ribbon({top + Vec2{0, 0.08F}, mix(top, end, 0.5F) + Vec2{0, 0.06F}, end}, 0.45F * root, 0.015F),
            bark);
      tufts[count] = end;
      sizes[count++] = d.in(0.24F, 0.34F) * (style == 0 ? 1.0F : 0.8F);
    }
    tufts[count] = top + Vec2{d.in(-0.1F, 0.1F), -0.55F * height};
    sizes[count++] = d.in(0.36F, 0.46F) * (style == 0 ? 1.0F : 0.72F);
    const bool bare = d.chance(0.1F);
    // Leaves and fruit of a bare tree hang close to the ends of its boughs.
    if (bare) sizes.fill(0.1F);
    for (std::size_t i = 0; i < count && !bare; ++i) {
      Outline lobes;
      const int points = d.integer(7, 10);
      for (int k = 0; k < points; ++k) {
        const float r = sizes[i] * d.in(0.8F, 1.12F);
        lobes.push_back(tufts[i] + direction(static_cast<float>(k) / static_cast<float>(points)) * r);
      }
      Material m = crown;
      m.colour.L += d.in(-0.06F, 0.06F);
      f.add(Part::Leaf, blob(lobes), m).lift = 0.05F;
    }
  }
  // Single leaves, and on some trees blossoms, on top of the mass.
  const int leaves = d.integer(12, 22);
  for (int i = 0; i < leaves; ++i) {
    const auto tuft = static_cast<std::size_t>(d.below(static_cast<int>(count)));
    const Vec2 out = direction(d.in(0, 1));
    const float distance = d.in(0.2F, 0.95F);
    const Vec2 at = tufts[tuft] + out * (sizes[tuft] * distance);
    const float size = d.in(0.12F, 0.2F);
    const Vec2 hang = unit(out + Vec2{d.in(-0.6F, 0.6F), 0.5F});
    Material m = leaf;
    m.colour.L += d.in(-0.02F, 0.1F);
    add_leaf(f, at, at + hang * size, 0.34F * size, m);
  }
  // Blossoms or fruit.
  const bool blossoms = d.chance(0.5F);
  const Material petal = material(Texture::Paint, f.palette.of(Stuff::Petal, d), d);
  const Material centre = material(Texture::Speckle, f.palette.of(Stuff::Lamp, d), d);
  Material fruit = petal;
  fruit.gloss = 0.8F;
  const int count_of_them = d.integer(6, 11);
  for (int i = 0; i < count_of_them; ++i) {
    const auto tuft = static_cast<std::size_t>(d.below(static_cast<int>(count)));
    const Vec2 out = direction(d.in(0, 1));
    const Vec2 at = tufts[tuft] + out * (sizes[tuft] * d.in(0.1F, 0.85F));
    const float radius = d.in(0.07F, 0.1F);
    if (blossoms) {
      add_bloom(f, at, 1.3F * radius, 5, 0.9F, 0, petal, centre);
    } else {
      f.add(Part::Fruit, ellipse(at, radius, 1.1F * radius), fruit);
    }
  }
}

void draw_flower(Figure& f) {
  Draw& d = f.draw;
  const Material stem = material(Texture::Bark, f.palette.of(Stuff::Leaf, d), d);
  const Material leaf = leaf_material(f);
  const std::array<Texture, 4> petals{Texture::Paint, Texture::Veins, Texture::Stripes, Texture::Spots};
  const Texture pattern = d.one_of(petals);
  Material petal = material(pattern, f.palette.of(Stuff::Petal, d), d);
  petal.amount *= 0.8F;
  const Material centre = material(Texture::Speckle, f.palette.of(Stuff::Lamp, d), d);
  const int heads = d.chance(0.65F) ? 1 : d.integer(2, 3);
  const bool tulip = d.chance(0.25F);
  const int count = d.chance(0.6F) ? d.integer(5, 7) : d.integer(9, 14);
  const float squash = d.in(0.55F, 1.0F);
  const float bow = d.in(-0.3F, 0.3F);
  for (int i = 0; i < heads; ++i) {
    const float side =
        heads == 1 ? 0.0F : (static_cast<float>(i) - 0.5F * static_cast<float>(heads - 1)) * 0.75F;
    const float size = (heads == 1 ? d.in(0.46F, 0.58F) : d.in(0.3F, 0.38F)) * (tulip ? 0.8F : 1.0F);
    const Vec2 foot{0.15F * side, 0.98F};
    const Vec2 head{side + 0.4F * bow, (heads == 1 ? -0.45F : -0.35F) + d.in(-0.15F, 0.15F)};
    const Vec2 middle = mix(foot, head, 0.5F) + Vec2{-0.4F * bow - 0.2F * side, 0};
    const float thick = d.in(0.03F, 0.05F);
    f.add(Part::Stem, ribbon({foot, middle, head}, 1.2F * thick, thick), stem);
    const int leaves = heads == 1 ? d.integer(2, 4) : d.integer(1, 2);
    for (int k = 0; k < leaves; ++k) {
      const float along = d.in(0.15F, 0.6F);
      const Vec2 at = along < 0.5F ? mix(foot, middle, 2 * along) : mix(middle, head, 2 * along - 1);
      const float hand = (k & 1) != 0 ? 1.0F : -1.0F;
      const float rise = d.in(-0.75F, 0.1F);
      const float reach = d.in(0.42F, 0.7F);
      const float width = reach * d.in(0.2F, 0.34F);
      add_leaf(f, at, at + unit({hand, rise}) * reach, width, leaf);
    }
    const float tilt = d.in(-0.08F, 0.08F) + 0.12F * bow;
    if (tulip) {
      // A cup of petals seen from the side.
      const Affine before = f.pen;
      f.pen = f.pen * Affine::translation(head) * Affine::rotation(tilt);
      f.add(Part::Centre, ellipse({0, -0.5F * size}, 0.3F * size, 0.22F * size), centre);
      for (const float x : {-0.55F, 0.55F, -0.2F, 0.25F}) {
        Material m = petal;
        m.colour.L += d.in(-0.06F, 0.06F);
        const Vec2 base{0.2F * x * size, 0.35F * size};
        const Vec2 tip{x * size * 1.1F, -size * d.in(0.75F, 0.95F)};
        f.add(Part::Petal, leaf_shape(base, tip, 0.4F * size, 0.45F, 0.3F * x * size), m,
              Affine::frame(base, tip));
      }
      f.pen = before;
    } else {
      add_bloom(f, head, size, count, squash, tilt, petal, centre);
    }
  }
}

}  // namespace ibot::data::parts
