// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure.h"

#include <utility>

namespace ibot::data::parts {

Figure::Piece& Figure::add(Part part, Outline outline, Material material) {
  return add(part, std::move(outline), material, Affine{});
}

Figure::Piece& Figure::add(Part part, Outline outline, Material material, const Affine& frame) {
  Piece piece;
  piece.part = part;
  piece.outline = transformed(outline, pen);
  piece.material = material;
  piece.frame = pen * frame;
  piece.lift = 0.03F;
  pieces_.push_back(std::move(piece));
  return pieces_.back();
}

void add_wheel(Figure& figure, Vec2 centre, float radius, const Material& tyre, const Material& rim,
               bool spokes) {
  const Affine frame = Affine::translation(centre);
  if (spokes) {
    // Thin spokes over a faint disc: what lies behind shines through.
    Material gap = rim;
    gap.opacity = 0.35F;
    gap.volume = 0;
    figure.add(Part::Wheel, circle(centre, radius), gap, frame).lift = 0;
    const int count = figure.draw.integer(5, 9);
    const float start = figure.draw.in(0, 1);
    for (int i = 0; i < count; ++i) {
      const Vec2 d = direction(start + static_cast<float>(i) / static_cast<float>(count));
      figure.add(Part::Wheel, limb(centre, centre + d * (0.9F * radius), 0.012F, 0.012F), rim).lift = 0;
    }
    figure.add(Part::Wheel, ring(centre, radius, 0.83F * radius), tyre, frame).softness = 0.5F;
    figure.add(Part::Wheel, circle(centre, 0.13F * radius), rim, frame);
    return;
  }
  figure.add(Part::Wheel, circle(centre, radius), tyre, frame);
  figure.add(Part::Wheel, circle(centre, 0.58F * radius), rim, frame).lift = 0;
  Material hole = tyre;
  hole.volume = 0;
  const int holes = figure.draw.integer(0, 5);
  const float start = figure.draw.in(0, 1);
  for (int i = 0; holes >= 3 && i < holes; ++i) {
    const Vec2 d = direction(start + static_cast<float>(i) / static_cast<float>(holes));
    figure.add(Part::Wheel, circle(centre + d * (0.36F * radius), 0.11F * radius), hole).lift = 0;
  }
  figure.add(Part::Wheel, circle(centre, 0.14F * radius), hole).lift = 0;
}

void add_window(Figure& figure, const Outline& outline, const Material& glass, const Material& frame,
                float frame_width) {
  if (frame_width > 0) {
    Vec2 middle;
    for (const Vec2 p : outline) middle = middle + p * (1.0F / static_cast<float>(outline.size()));
    Outline outer = outline;
    for (Vec2& p : outer) p = p + unit(p - middle) * (1.4F * frame_width);
    figure.add(Part::Window, outer, frame).lift = 0;
  }
  figure.add(Part::Window, outline, glass, Affine::translation(outline.front())).lift = 0;
}

void add_leaf(Figure& figure, Vec2 base, Vec2 tip, float width, const Material& leaf) {
  Material m = leaf;
  m.texture = Texture::Veins;
  m.scale = 1;
  m.offset = Vec2{0, 0};
  m.accent = {m.colour.L + (m.colour.L < 0.62F ? 0.16F : -0.16F), m.colour.a, m.colour.b};
  const float belly = figure.draw.in(0.35F, 0.5F);
  const float bend = figure.draw.in(-0.5F, 0.5F) * width;
  figure.add(Part::Leaf, leaf_shape(base, tip, width, belly, bend), m, Affine::frame(base, tip));
}

void add_eye(Figure& figure, Vec2 centre, float radius) {
  Draw& draw = figure.draw;
  Material white;
  white.colour = lch(0.9F, 0.02F, 0.25F);
  white.amount = 0;
  Material dark;
  dark.colour = figure.palette.of(Stuff::Eye, draw);
  dark.colour.L = dark.colour.L < 0.4F ? dark.colour.L : 0.4F;
  dark.amount = 0;
  Material spark = white;
  spark.colour.L = 0.97F;
  spark.volume = 0;
  const bool ringed = draw.chance(0.6F);
  const float look = draw.in(-0.2F, 0.35F);
  if (ringed) figure.add(Part::Eye, circle(centre, radius), white).lift = 0;
  const Vec2 pupil = centre + Vec2{look * radius, 0};
  figure.add(Part::Eye, circle(pupil, (ringed ? 0.66F : 0.9F) * radius), dark).lift = 0;
  figure.add(Part::Eye, circle(pupil + Vec2{-0.22F * radius, -0.25F * radius}, 0.2F * radius), spark).lift =
      0;
}

}  // namespace ibot::data::parts
