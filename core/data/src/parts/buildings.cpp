// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure.h"

namespace ibot::data::parts {

namespace {

Material wall_material(Figure& f) {
  const std::array<Texture, 4> walls{Texture::Bricks, Texture::Planks, Texture::Speckle, Texture::Paint};
  const Texture texture = f.draw.one_of(walls);
  Material wall = material(texture, f.palette.of(Stuff::Wall, f.draw), f.draw);
  wall.volume = 0.5F;
  return wall;
}

// A pane with glazing bars.
void add_barred_window(Figure& f, float x, float y, float half_width, float half_height,
                       const Material& glass, const Material& frame, bool arched) {
  Outline pane = box(x - half_width, y - half_height, x + half_width, y + half_height);
  if (arched) {
    pane = blob({{x - half_width, y + half_height},
                 {x - half_width, y - 0.3F * half_height},
                 {x, y - 1.1F * half_height},
                 {x + half_width, y - 0.3F * half_height},
                 {x + half_width, y + half_height}});
  }
  add_window(f, pane, glass, frame, 0.025F);
  Material bar = frame;
  bar.volume = 0;
  f.add(Part::Window, box(x - 0.012F, y - half_height, x + 0.012F, y + half_height), bar).lift = 0;
  f.add(Part::Window, box(x - half_width, y - 0.012F, x + half_width, y + 0.012F), bar).lift = 0;
}

}  // namespace

void draw_house(Figure& f) {
  Draw& d = f.draw;
  const Material wall = wall_material(f);
  Material side = wall;
  side.colour.L -= 0.09F;
  const Texture roof_texture = d.chance(0.7F) ? Texture::Shingles : Texture::Planks;
  Material roof = material(roof_texture, f.palette.of(Stuff::Roof, d), d);
  roof.volume = 0.6F;
  const Material glass = material(Texture::Glass, f.palette.of(Stuff::Glass, d), d);
  const Material frame = material(Texture::Paint, f.palette.of(Stuff::Canvas, d), d);
  const Material door = material(Texture::Planks, f.palette.of(Stuff::Wood, d), d);

  const float half = d.in(0.5F, 0.8F);
  const float wall_top = d.in(-0.25F, 0.1F);
  const float ridge = wall_top - d.in(0.35F, 0.7F);
  const float ground = 0.75F;
  const float eaves = d.in(0.06F, 0.14F);
  const int style = d.below(3);  // gable to the front, ridge across, with a wing seen at an angle
  const float chimney = d.in(-0.6F, 0.5F) * half;
  const float chimney_width = d.in(0.09F, 0.14F);
  if (d.chance(0.7F)) {
    Material stack = wall;
    stack.texture = Texture::Bricks;
    f.add(Part::Wall, box(chimney, ridge - 0.1F, chimney + chimney_width, wall_top), stack);
    f.add(Part::Wall, box(chimney - 0.03F, ridge - 0.14F, chimney + chimney_width + 0.03F, ridge - 0.08F),
          side);
  }
  if (style == 2) {
    // The long side goes off to the right, in the shade.
    const float far = half + d.in(0.3F, 0.5F);
    f.add(Part::Wall, box(0, wall_top, far, ground - 0.08F), side);
    f.add(Part::Roof,
          rounded({{0, ridge},
                   {far - 0.2F, ridge + 0.02F},
                   {far + eaves, wall_top + 0.04F},
                   {half, wall_top + 0.04F}},
                  0.02F),
          roof);
    const float middle = 0.5F * (half + far);
    add_barred_window(f, middle, 0.5F * (wall_top + ground) - 0.05F, 0.1F, 0.14F, glass, frame, false);
  }
  if (style == 1) {
    const float hip = d.in(0.0F, 0.45F);
    f.add(Part::Wall, box(-half, wall_top - 0.02F, half, ground), wall);
    f.add(Part::Roof,
          rounded({{-half - eaves, wall_top + 0.03F},
                   {-half + hip, ridge},
                   {half - hip, ridge},
                   {half + eaves, wall_top + 0.03F}},
                  0.03F),
          roof);
    if (d.chance(0.5F)) {
      // A dormer.
      const float x = d.in(-0.3F, 0.3F) * half;
      const float y = 0.5F * (ridge + wall_top) + 0.05F;
      f.add(Part::Wall, box(x - 0.13F, y - 0.1F, x + 0.13F, y + 0.14F), wall);
      f.add(Part::Roof, rounded({{x - 0.2F, y - 0.08F}, {x, y - 0.26F}, {x + 0.2F, y - 0.08F}}, 0.02F), roof);
      add_barred_window(f, x, y + 0.02F, 0.07F, 0.08F, glass, frame, false);
    }
  } else {
    f.add(Part::Wall,
          Outline{{-half, ground}, {-half, wall_top}, {0, ridge + 0.04F}, {half, wall_top}, {half, ground}},
          wall);
    // Two slopes seen from the end: thick edges of the roof.
    const float thick = d.in(0.1F, 0.2F);
    const float slope = (wall_top - ridge) / half;
    const Vec2 left{-half - eaves, wall_top + eaves * slope};
    const Vec2 right{half + eaves, wall_top + eaves * slope};
    f.add(Part::Roof,
          rounded({left, {0, ridge - 0.06F}, {0, ridge - 0.06F + thick}, left + Vec2{0.02F, thick}}, 0.02F),
          roof, Affine::rotation(-0.12F));
    f.add(
        Part::Roof,
        rounded({right, {0, ridge - 0.06F}, {0, ridge - 0.06F + thick}, right + Vec2{-0.02F, thick}}, 0.02F),
        roof, Affine::rotation(0.12F));
    if (d.chance(0.6F)) {
      const float size = d.in(0.07F, 0.1F);
      if (d.chance(0.5F)) {
        add_window(f, circle({0, 0.45F * ridge + 0.55F * wall_top}, size), glass, frame, 0.02F);
      } else {
        add_barred_window(f, 0, 0.4F * ridge + 0.6F * wall_top, size, size * 1.2F, glass, frame, false);
      }
    }
  }
  // The front: a door and windows in columns beside it.
  const int columns = half > 0.62F ? 3 : 2;
  const int door_column = d.below(columns);
  const float pitch = 2 * half / static_cast<float>(columns);
  const float door_height = d.in(0.36F, 0.46F);
  const bool arched = d.chance(0.25F);
  const bool two_floors = ground - wall_top > 0.85F;
  const float pane = d.in(0.085F, 0.125F);
  for (int i = 0; i < columns; ++i) {
    const float x = -half + pitch * (static_cast<float>(i) + 0.5F);
    if (i == door_column) {
      f.add(Part::Door, rounded_box(x - 0.12F, ground - door_height - 0.02F, x + 0.12F, ground, 0.015F),
            frame)
          .lift = 0.01F;
      f.add(Part::Door, rounded_box(x - 0.1F, ground - door_height, x + 0.1F, ground, 0.015F), door,
            Affine::rotation(0.25F))
          .lift = 0;
      f.add(Part::Door, circle({x + 0.07F, ground - 0.45F * door_height}, 0.018F), frame).lift = 0;
    } else {
      add_barred_window(f, x, ground - 0.3F, pane, pane * 1.25F, glass, frame, arched);
    }
    if (two_floors) add_barred_window(f, x, wall_top + 0.22F, pane, pane * 1.15F, glass, frame, arched);
  }
}

void draw_sailing_boat(Figure& f) {
  Draw& d = f.draw;
  const std::array<Texture, 3> hulls{Texture::Planks, Texture::Paint, Texture::Metal};
  const Texture hull_texture = d.one_of(hulls);
  Material hull = material(hull_texture, f.palette.of(d.chance(0.5F) ? Stuff::Anything : Stuff::Wood, d), d);
  const Material trim = material(Texture::Paint, f.palette.of(Stuff::Anything, d), d);
  Material rod = material(Texture::Planks, f.palette.of(Stuff::Wood, d), d);
  Material sail =
      material(Texture::Cloth, f.palette.of(d.chance(0.6F) ? Stuff::Canvas : Stuff::Anything, d), d);
  if (d.chance(0.4F)) sail.accent = f.palette.of(Stuff::Anything, d);
  const Material jib = d.chance(0.6F) ? sail : material(Texture::Cloth, f.palette.of(Stuff::Canvas, d), d);
  const Material glass = material(Texture::Glass, f.palette.of(Stuff::Glass, d), d);

  const float deck = d.in(0.36F, 0.46F);
  const float mast = d.in(-0.12F, 0.18F);
  const float top = -d.in(0.85F, 1.0F);
  const float boom = deck - d.in(0.14F, 0.22F);
  const float belly = d.in(0.04F, 0.16F);
  const float stern = -d.in(0.66F, 0.9F);
  f.add(Part::Rod, limb({mast, top}, {mast, deck + 0.05F}, 0.02F, 0.03F), rod, Affine::rotation(0.25F));
  const float rake = d.in(0, 0.25F);
  const Vec2 clew{stern + d.in(0.05F, 0.2F), boom};
  const bool gaff = d.chance(0.3F);
  if (gaff) {
    const Vec2 peak{mast - 0.42F, top + 0.02F};
    f.add(Part::Sail,
          subdivided(blob({{mast - 0.03F, boom},
                           {mast - 0.04F, -0.45F},
                           peak,
                           {0.5F * (clew.x + peak.x) - belly, 0.5F * (boom + peak.y)},
                           clew}),
                     0.3F),
          sail);
    f.add(Part::Rod, limb({mast, -0.42F}, peak, 0.022F, 0.016F), rod).lift = 0.01F;
  } else {
    const Vec2 peak{mast - 0.03F, top + 0.05F};
    Outline leech = curve({peak,
                           {mix(peak, clew, 0.35F).x - belly, mix(peak, clew, 0.35F).y},
                           {mix(peak, clew, 0.72F).x - 0.8F * belly, mix(peak, clew, 0.72F).y},
                           clew});
    leech.push_back({mast - 0.03F, boom});
    f.add(Part::Sail, leech, sail);
  }
  f.add(Part::Rod, limb({mast + 0.02F, boom + 0.02F}, clew + Vec2{-0.05F, 0.02F}, 0.024F, 0.02F), rod).lift =
      0.015F;
  if (d.chance(0.8F)) {
    const Vec2 head{mast + 0.03F, top + 0.1F + rake};
    const Vec2 tack{d.in(0.82F, 0.95F), deck - 0.03F};
    const Vec2 sheet{mast + 0.08F, boom + 0.03F};
    Outline luff =
        curve({head, {mix(head, sheet, 0.5F).x + 0.1F + 0.4F * belly, mix(head, sheet, 0.5F).y}, sheet});
    const Outline foot = curve({sheet, {0.5F * (sheet.x + tack.x), sheet.y + 0.05F}, tack});
    luff.insert(luff.end(), foot.begin(), foot.end());
    f.add(Part::Sail, luff, jib);
  }
  if (d.chance(0.6F)) {
    const float wave = d.in(-0.04F, 0.04F);
    f.add(Part::Sail,
          Outline{{mast, top - 0.02F},
                  {mast - 0.14F, top + 0.02F + wave},
                  {mast - 0.26F, top + wave},
                  {mast - 0.24F, top + 0.07F + wave},
                  {mast, top + 0.09F}},
          trim);
  }
  if (d.chance(0.65F)) {
    // A cabin of wall, roof and portholes.
    const float left = stern + d.in(0.12F, 0.3F);
    const float right = left + d.in(0.42F, 0.6F);
    const Material wall = wall_material(f);
    f.add(Part::Wall, rounded_box(left, deck - 0.2F, right, deck + 0.05F, 0.03F), wall);
    f.add(Part::Roof, rounded_box(left - 0.04F, deck - 0.24F, right + 0.04F, deck - 0.17F, 0.03F), trim);
    const int count = d.integer(2, 3);
    for (int i = 0; i < count; ++i) {
      const float x = left + (right - left) * (static_cast<float>(i) + 0.5F) / static_cast<float>(count);
      add_window(f, circle({x, deck - 0.07F}, 0.05F), glass, trim, 0.014F);
    }
  }
  const float keel = deck + d.in(0.3F, 0.4F);
  const float sheer = d.in(0.0F, 0.08F);
  f.add(Part::Hull,
        rounded({{stern - 0.05F, deck - 0.02F - 0.5F * sheer},
                 {0, deck + sheer},
                 {1.0F, deck - 0.06F - sheer},
                 {0.72F, keel - 0.04F},
                 {0.4F, keel},
                 {stern + 0.15F, keel}},
                0.1F),
        hull);
  Outline rail{{stern - 0.06F, deck - 0.02F - 0.5F * sheer},
               {0, deck + 0.5F * sheer + 0.02F},
               {0.99F, deck - 0.05F - sheer}};
  f.add(Part::Hull, ribbon(rail, 0.028F, 0.024F), trim).lift = 0.015F;
  if (d.chance(0.5F))
    f.add(Part::Fin,
          rounded({{stern, deck + 0.12F},
                   {stern - 0.12F, deck + 0.14F},
                   {stern - 0.12F, keel + 0.08F},
                   {stern + 0.06F, keel + 0.02F}},
                  0.03F),
          trim);
}

}  // namespace ibot::data::parts
