// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure.h"

namespace ibot::data::parts {

namespace {

struct Dress {
  Material paint, second, glass, tyre, rim, frame, lamp, tail_lamp;
};

Dress dress_of(Figure& f) {
  Draw& d = f.draw;
  const std::array<Texture, 4> coats{Texture::Metal, Texture::Metal, Texture::Paint, Texture::Paint};
  Dress dress;
  const Lab body = f.palette.of(Stuff::Anything, d);
  dress.paint = material(d.one_of(coats), body, d);
  dress.paint.gloss = 0.8F;
  const Lab second = d.chance(0.5F) ? f.palette.of(Stuff::Anything, d) : Palette::near(body, d, 0.1F);
  dress.second = material(Texture::Paint, second, d);
  dress.glass = material(Texture::Glass, f.palette.of(Stuff::Glass, d), d);
  dress.tyre = material(Texture::Speckle, f.palette.of(Stuff::Rubber, d), d);
  dress.tyre.amount = 0.4F;
  dress.rim = material(Texture::Paint, f.palette.of(Stuff::Steel, d), d);
  dress.frame = material(Texture::Paint, Palette::near(second, d, 0.08F), d);
  dress.lamp = material(Texture::Paint, f.palette.of(Stuff::Lamp, d), d);
  dress.tail_lamp = material(Texture::Paint, lch(0.55F, 0.17F, 0.08F), d);
  return dress;
}

void add_handle(Figure& f, Vec2 at, const Material& m) {
  f.add(Part::Door, rounded_box(at.x, at.y, at.x + 0.09F, at.y + 0.025F, 0.01F), m).lift = 0;
}

}  // namespace

void draw_car(Figure& f) {
  Draw& d = f.draw;
  const Dress dress = dress_of(f);
  const float wheel = d.in(0.17F, 0.25F);
  const float front = d.in(0.5F, 0.66F);
  const float rear = -d.in(0.46F, 0.66F);
  const float belt = d.in(-0.2F, -0.08F);    // height of the belt line
  const float bonnet = d.in(-0.08F, 0.02F);  // height of the nose
  const float top = belt - d.in(0.26F, 0.42F);
  const int style = d.below(4);            // saloon, hatchback, estate, pick-up
  const float screen = d.in(0.28F, 0.5F);  // foot of the windscreen
  const float back = style == 0   ? -0.55F
                     : style == 1 ? -0.8F
                     : style == 2 ? -0.93F
                                  : -0.12F;  // foot of the rear window
  const float lean = d.in(0.12F, 0.3F);
  const float rear_lean = style == 2 ? 0.06F : style == 3 ? 0.03F : d.in(0.1F, 0.3F);
  const float sill = 0.24F;

  const Vec2 a{back, belt + 0.04F};
  const Vec2 b{back + rear_lean, top};
  const Vec2 c{screen - lean, top};
  const Vec2 e{screen, belt + 0.04F};
  f.add(Part::Roof, rounded({a, b, c, e}, 0.1F), dress.paint);
  const float body_round = d.in(0.08F, 0.16F);
  f.add(Part::Panel,
        rounded({{-1, sill},
                 {-1, belt + 0.05F},
                 {-0.96F, belt},
                 {screen, belt},
                 {0.93F, bonnet},
                 {1, bonnet + 0.1F},
                 {1, sill}},
                body_round),
        dress.paint);
  // Windows inside the cabin, split by the pillar behind the front door.
  const float pillar = 0.5F * (back + screen) + d.in(-0.06F, 0.06F);
  const float inset = 0.05F;
  const float share = (belt - top - 2 * inset) / (belt - top);
  add_window(f,
             rounded({{pillar + 0.03F, belt - inset},
                      {pillar + 0.03F, top + inset},
                      {c.x - 0.02F, top + inset},
                      {c.x + lean * share - 0.02F, belt - inset}},
                     0.03F),
             dress.glass, dress.frame, 0);
  if (style != 3) {
    add_window(f,
               rounded({{b.x - rear_lean * share + 0.04F, belt - inset},
                        {b.x + 0.04F, top + inset},
                        {pillar - 0.03F, top + inset},
                        {pillar - 0.03F, belt - inset}},
                       0.03F),
               dress.glass, dress.frame, 0);
  }
  // Doors.
  Material door = dress.second;
  if (d.chance(0.6F)) {
    door = dress.paint;
    door.colour.L += 0.07F * d.sign();
  }
  f.add(Part::Door, rounded_box(pillar, belt + 0.02F, screen - 0.02F, sill - 0.05F, 0.04F), door).lift =
      0.012F;
  add_handle(f, {pillar + 0.04F, belt + 0.08F}, dress.rim);
  if (style != 3 && d.chance(0.6F)) {
    const float left = pillar - 0.36F;
    f.add(Part::Door, rounded_box(left, belt + 0.02F, pillar - 0.015F, sill - 0.05F, 0.04F), door).lift =
        0.012F;
    add_handle(f, {left + 0.04F, belt + 0.08F}, dress.rim);
  }
  f.add(Part::Panel, rounded_box(-1.02F, sill - 0.06F, 1.02F, sill + 0.03F, 0.03F), dress.second);
  f.add(Part::Lamp, ellipse({0.93F, bonnet + 0.1F}, 0.07F, 0.06F), dress.lamp);
  f.add(Part::Lamp, rounded_box(-1.0F, belt + 0.07F, -0.92F, belt + 0.19F, 0.02F), dress.tail_lamp);
  Material arch = dress.paint;
  arch.colour.L -= 0.16F;
  arch.volume = 0.3F;
  for (const float x : {rear, front}) {
    f.add(Part::Panel, circle({x, 0.25F}, wheel + 0.045F), arch).lift = 0;
    add_wheel(f, {x, 0.27F}, wheel, dress.tyre, dress.rim, false);
  }
}

void draw_bus(Figure& f) {
  Draw& d = f.draw;
  const Dress dress = dress_of(f);
  const float half = d.in(0.8F, 1.05F);
  const bool double_deck = d.chance(0.35F);
  const float top = double_deck ? -0.88F : -0.5F;
  const float sill = 0.32F;
  const float nose = d.in(0.04F, 0.16F);
  f.add(Part::Panel,
        rounded(
            {{-half, sill}, {-half, top}, {half - 0.4F * nose, top}, {half, top + 2.4F * nose}, {half, sill}},
            nose),
        dress.paint);
  f.add(Part::Roof, rounded_box(-half + 0.02F, top - 0.05F, half - 0.4F * nose - 0.03F, top + 0.07F, 0.05F),
        dress.second);
  const float door_width = d.in(0.16F, 0.24F);
  const float door_at = half - nose * 0.5F - door_width - d.in(0.03F, 0.2F);
  const int count = d.integer(3, 5);
  const float window_top = -0.34F;
  const float window_bottom = d.in(-0.1F, 0.0F);
  const float left = -half + 0.08F;
  const float pitch = (door_at - 0.04F - left) / static_cast<float>(count);
  const float corner = d.in(0.02F, 0.08F);
  for (int i = 0; i < count; ++i) {
    const float x = left + pitch * static_cast<float>(i);
    add_window(f, rounded_box(x, window_top, x + pitch - 0.045F, window_bottom, corner), dress.glass,
               dress.frame, 0.012F);
  }
  if (double_deck) {
    const int above = count + 1;
    const float wide = (2 * half - 0.2F) / static_cast<float>(above);
    for (int i = 0; i < above; ++i) {
      const float x = -half + 0.1F + wide * static_cast<float>(i);
      add_window(
          f,
          rounded_box(x, top + 0.13F, x + wide - 0.045F, top + 0.13F + (window_bottom - window_top), corner),
          dress.glass, dress.frame, 0.012F);
    }
  }
  f.add(Part::Panel, box(-half, 0.03F, door_at - 0.03F, d.in(0.08F, 0.14F)), dress.second).lift = 0;
  f.add(Part::Door, rounded_box(door_at, window_top - 0.02F, door_at + door_width, sill - 0.03F, 0.03F),
        dress.second);
  const float middle = door_at + 0.5F * door_width;
  add_window(f, rounded_box(door_at + 0.02F, window_top + 0.02F, middle - 0.01F, 0.1F, 0.02F), dress.glass,
             dress.frame, 0);
  add_window(f, rounded_box(middle + 0.01F, window_top + 0.02F, door_at + door_width - 0.02F, 0.1F, 0.02F),
             dress.glass, dress.frame, 0);
  f.add(Part::Lamp, ellipse({half - 0.06F, 0.2F}, 0.05F, 0.05F), dress.lamp);
  f.add(Part::Lamp, rounded_box(-half, 0.12F, -half + 0.06F, 0.24F, 0.02F), dress.tail_lamp);
  f.add(Part::Panel, rounded_box(-half - 0.01F, sill - 0.05F, half + 0.01F, sill + 0.03F, 0.03F),
        dress.second);
  Material arch = dress.paint;
  arch.colour.L -= 0.16F;
  arch.volume = 0.3F;
  const float wheel = d.in(0.13F, 0.18F);
  const float rear = -half * d.in(0.5F, 0.66F);
  const float front = half * d.in(0.42F, 0.6F);
  const bool tandem = d.chance(0.3F);
  const auto put = [&](float x) {
    f.add(Part::Panel, circle({x, 0.31F}, wheel + 0.04F), arch).lift = 0;
    add_wheel(f, {x, 0.33F}, wheel, dress.tyre, dress.rim, false);
  };
  put(rear);
  if (tandem) put(rear + 2.3F * wheel);
  put(front);
}

void draw_bicycle(Figure& f) {
  Draw& d = f.draw;
  const Dress dress = dress_of(f);
  const float radius = d.in(0.36F, 0.44F);
  const float reach = d.in(0.56F, 0.66F);
  const Vec2 rear{-reach, 0.3F};
  const Vec2 front{reach, 0.3F};
  const Vec2 crank{d.in(-0.14F, -0.04F), 0.32F};
  const Vec2 seat{-0.26F + d.in(-0.05F, 0.05F), -0.26F};
  const Vec2 head{0.4F + d.in(-0.04F, 0.04F), -0.28F};
  const Vec2 grip{head.x + d.in(-0.05F, 0.03F), -0.46F + d.in(-0.08F, 0.04F)};
  const float tube = d.in(0.026F, 0.04F);
  const bool step_through = d.chance(0.35F);
  Material frame = dress.paint;
  frame.gloss = 0.6F;
  const auto rod = [&](Vec2 a, Vec2 b, float r) { f.add(Part::Rod, limb(a, b, r, r), frame).lift = 0.015F; };

  add_wheel(f, rear, radius, dress.tyre, dress.rim, true);
  add_wheel(f, front, radius, dress.tyre, dress.rim, true);
  rod(rear, crank, 0.8F * tube);
  rod(rear, seat + Vec2{0, 0.1F}, 0.7F * tube);
  rod(seat + Vec2{-0.02F, -0.04F}, crank, tube);
  rod(crank, head + Vec2{0.01F, 0.12F}, tube);
  rod(step_through ? mix(seat, crank, 0.45F) : seat + Vec2{0.01F, 0.06F}, head + Vec2{0, 0.03F}, tube);
  rod(head, front, tube);
  rod(head, grip, tube);
  if (d.chance(0.5F)) {
    // Mudguards follow the wheel's upper back.
    for (const Vec2 w : {rear, front}) {
      Outline arc;
      for (int i = 0; i <= 5; ++i)
        arc.push_back(w + direction(0.52F + 0.07F * static_cast<float>(i)) * (radius + 0.045F));
      f.add(Part::Panel, ribbon(arc, 0.03F, 0.03F), dress.second).lift = 0.01F;
    }
  }
  f.add(Part::Rod,
        ribbon({grip + Vec2{-0.14F, 0.05F}, grip + Vec2{-0.05F, -0.01F}, grip, grip + Vec2{0.09F, 0.03F}},
               0.034F, 0.028F),
        dress.tyre)
      .lift = 0.015F;
  const Vec2 perch = seat + Vec2{-0.02F, -0.09F};
  f.add(Part::Saddle,
        blob({perch + Vec2{-0.2F, -0.05F}, perch + Vec2{-0.06F, -0.05F}, perch + Vec2{0.17F, -0.03F},
              perch + Vec2{0.17F, 0.02F}, perch + Vec2{-0.05F, 0.05F}, perch + Vec2{-0.18F, 0.06F}}),
        material(Texture::Speckle, f.palette.of(Stuff::Wood, d), d));
  f.add(Part::Lamp, ellipse(head + Vec2{0.1F, 0.02F}, 0.075F, 0.065F), dress.lamp);
  // The far pedal, the chain wheel and the near pedal.
  const Vec2 turn = direction(d.in(0, 1)) * 0.17F;
  rod(crank, crank - turn, 0.6F * tube);
  f.add(Part::Wheel, circle(crank, 0.1F), dress.rim);
  rod(crank, crank + turn, 0.6F * tube);
  f.add(Part::Rod,
        rounded_box(crank.x + turn.x - 0.07F, crank.y + turn.y - 0.022F, crank.x + turn.x + 0.07F,
                    crank.y + turn.y + 0.022F, 0.02F),
        dress.tyre);
}

void draw_aeroplane(Figure& f) {
  Draw& d = f.draw;
  const Dress dress = dress_of(f);
  const float girth = d.in(0.13F, 0.2F);
  const float nose = d.in(0.0F, 0.05F);
  Material wing = dress.paint;
  if (d.chance(0.5F)) wing = dress.second;
  wing.texture = Texture::Metal;
  const Lab far_colour{wing.colour.L - 0.1F, wing.colour.a, wing.colour.b};
  Material far_wing = wing;
  far_wing.colour = far_colour;
  const float root = d.in(-0.05F, 0.2F);
  const float sweep = d.in(0.1F, 0.5F);
  const float span = d.in(0.45F, 0.75F);
  const float chord = d.in(0.2F, 0.32F);
  // The far wing and stabiliser reach up behind the fuselage.
  f.add(Part::Wing,
        rounded({{root + chord, -0.03F},
                 {root - 0.6F * sweep + 0.4F * chord, -0.62F * span},
                 {root - 0.6F * sweep, -0.62F * span},
                 {root, 0}},
                0.04F),
        far_wing);
  f.add(Part::Tail, rounded({{-0.68F, 0}, {-0.88F, -0.2F}, {-0.99F, -0.2F}, {-0.9F, 0}}, 0.03F), far_wing);
  const float fin = d.in(0.3F, 0.46F);
  f.add(Part::Fin, rounded({{-0.62F, -0.03F}, {-0.86F, -fin}, {-1.02F, -fin}, {-0.95F, 0}}, 0.05F),
        dress.second);
  f.add(Part::Panel,
        blob({{1.0F, nose},
              {0.86F, -0.6F * girth + nose},
              {0.6F, -girth},
              {0, -girth},
              {-0.55F, -0.75F * girth},
              {-0.98F, -0.45F * girth},
              {-1.0F, -0.15F * girth},
              {-0.5F, 0.7F * girth},
              {0, girth},
              {0.6F, girth},
              {0.88F, 0.65F * girth + nose}}),
        dress.paint);
  if (d.chance(0.6F))
    f.add(Part::Panel, box(-0.85F, 0.12F * girth, 0.8F, 0.34F * girth), dress.second).lift = 0;
  // Cockpit and a row of windows.
  add_window(f,
             rounded({{0.66F, -0.75F * girth},
                      {0.8F, -0.6F * girth + nose},
                      {0.87F, -0.2F * girth},
                      {0.68F, -0.2F * girth}},
                     0.03F),
             dress.glass, dress.frame, 0);
  const int count = d.integer(4, 7);
  const float size = d.in(0.036F, 0.055F);
  const bool round = d.chance(0.5F);
  for (int i = 0; i < count; ++i) {
    const float x = 0.5F - 0.95F * static_cast<float>(i) / static_cast<float>(count);
    const Vec2 at{x, -0.38F * girth};
    add_window(f,
               round ? ellipse(at, size, 1.15F * size)
                     : rounded_box(at.x - size, at.y - size, at.x + size, at.y + size, 0.02F),
               dress.glass, dress.frame, 0.008F);
  }
  if (d.chance(0.45F))
    f.add(Part::Door, rounded_box(0.55F, -0.55F * girth, 0.64F, 0.6F * girth, 0.02F), dress.second).lift =
        0.01F;
  // Wheels, unless drawn in.
  if (d.chance(0.6F)) {
    for (const float x : {root + 0.12F, 0.66F}) {
      f.add(Part::Rod, limb({x, 0.5F * girth}, {x, girth + 0.12F}, 0.022F, 0.018F), dress.rim).lift = 0;
      add_wheel(f, {x, girth + 0.15F}, d.in(0.07F, 0.1F), dress.tyre, dress.rim, false);
    }
  }
  // The near wing, an engine under it, the near stabiliser.
  if (d.chance(0.5F)) {
    f.add(Part::Panel, limb({root + 0.22F, 0.33F}, {root - 0.1F, 0.33F}, 0.08F, 0.06F), dress.second);
  }
  f.add(Part::Wing,
        rounded({{root + chord, 0.25F * girth},
                 {root - sweep + 0.45F * chord, span},
                 {root - sweep - 0.05F, span},
                 {root - 0.08F, 0.3F * girth}},
                0.05F),
        wing);
  f.add(Part::Tail,
        rounded({{-0.66F, -0.1F * girth}, {-0.92F, 0.22F}, {-1.05F, 0.22F}, {-0.9F, -0.05F * girth}}, 0.03F),
        wing);
  if (d.chance(0.4F)) {
    const float blade = d.in(0.2F, 0.3F);
    const float turn = d.in(0, 0.5F);
    const Vec2 hub{1.0F, nose};
    const Vec2 tip = direction(0.25F + 0.06F * sine(turn)) * blade;
    f.add(Part::Rod, leaf_shape(hub - tip, hub + tip, 0.05F, 0.5F, 0), dress.frame);
    f.add(Part::Panel, ellipse(hub, 0.06F, 0.05F), dress.second);
  }
}

}  // namespace ibot::data::parts
