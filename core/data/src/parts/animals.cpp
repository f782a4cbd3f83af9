// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure.h"

namespace ibot::data::parts {

namespace {

Material coat(Figure& f, const std::array<Texture, 4>& textures) {
  const Texture texture = f.draw.one_of(textures);
  Material m = material(texture, f.palette.of(Stuff::Coat, f.draw), f.draw);
  if (f.draw.chance(0.5F)) m.accent = f.palette.of(Stuff::Coat, f.draw);
  return m;
}

// A leg of two bones and a foot, from the hip down. `swing` in turns moves it forward, `bend` folds the knee.
void add_leg(Figure& f, Vec2 hip, float length, float thick, float swing, float bend, const Material& m) {
  const Vec2 knee = hip + direction(0.25F - swing - bend) * (0.5F * length);
  const Vec2 foot = knee + direction(0.25F - swing + bend) * (0.5F * length);
  f.add(Part::Leg, limb(hip, knee, 1.25F * thick, 0.85F * thick), m);
  f.add(Part::Leg, limb(knee, foot, 0.85F * thick, 0.7F * thick), m).lift = 0;
  f.add(Part::Leg, limb(foot, foot + Vec2{0.9F * thick, 0}, 0.75F * thick, 0.7F * thick), m).lift = 0;
}

// A fan of feathers or fin rays from a root.
void add_fan(Figure& f, Part part, Vec2 root, float turn, float open, int blades, float reach, float width,
             const Material& m) {
  for (int i = 0; i < blades; ++i) {
    const float at = blades == 1 ? 0.0F : static_cast<float>(i) / static_cast<float>(blades - 1) - 0.5F;
    const Vec2 tip = root + direction(turn + open * at) * (reach * (1 - 0.25F * at * at * 4));
    Material blade = m;
    blade.colour.L += 0.04F * static_cast<float>(i % 2);
    f.add(part, leaf_shape(root, tip, width, 0.66F, 0), blade, Affine::frame(root, tip)).lift = 0.012F;
  }
}

}  // namespace

void draw_dog(Figure& f) {
  Draw& d = f.draw;
  const Material fur = coat(f, {Texture::Fur, Texture::Fur, Texture::Spots, Texture::Stripes});
  Material shaded = fur;
  shaded.colour.L -= 0.1F;
  Material muzzle = fur;
  if (d.chance(0.5F)) muzzle.colour = fur.accent;
  Material ear = fur;
  ear.colour = d.chance(0.5F) ? fur.accent : Palette::near(fur.colour, d, 0.1F);

  const float body = d.in(0.44F, 0.6F);  // half length
  const float girth = d.in(0.19F, 0.28F);
  const float legs = d.in(0.42F, 0.68F);
  const float thick = d.in(0.055F, 0.085F);
  const float skull = d.in(0.2F, 0.28F);
  const float snout = d.in(0.1F, 0.3F);
  const bool pointed = d.chance(0.5F);
  const bool sits = d.chance(0.3F);
  const float stride = sits ? 0.0F : d.in(0.0F, 0.09F);
  const float raise = d.in(0.12F, 0.5F);  // of the head above the back
  const Vec2 hips{-body + 0.1F, sits ? 0.3F : 0.02F};
  const Vec2 chest{body - 0.1F, sits ? -0.14F : 0.0F};
  const float bend = d.in(0.0F, 0.04F);

  // Far legs, tail, body, near legs, neck and head.
  add_leg(f, chest + Vec2{0.02F, 0.1F}, legs + (sits ? 0.22F : 0.0F), thick, -stride, bend, shaded);
  if (!sits) add_leg(f, hips + Vec2{0.06F, 0.1F}, legs, thick, stride, -bend, shaded);
  const Vec2 root = hips + Vec2{-0.1F, sits ? 0.08F : -0.1F};
  const float curl = d.in(-0.45F, 0.25F);
  f.add(Part::Tail,
        ribbon({root + Vec2{0.1F, 0.04F}, root, root + Vec2{-0.2F, -0.12F + 0.3F * curl},
                root + Vec2{-0.3F, -0.2F + curl}},
               thick * d.in(0.7F, 1.3F), 0.03F),
        fur);
  f.add(Part::Torso,
        blob({hips + Vec2{-0.16F, -0.02F}, hips + Vec2{-0.02F, -girth},
              mix(hips, chest, 0.5F) + Vec2{0, -0.85F * girth}, chest + Vec2{0, -1.05F * girth},
              chest + Vec2{0.17F, 0}, chest + Vec2{0.02F, girth},
              mix(hips, chest, 0.5F) + Vec2{0, 0.8F * girth}, hips + Vec2{0, girth}}),
        fur);
  if (sits) {
    f.add(Part::Leg, ellipse(hips + Vec2{0.1F, 0.18F}, 0.22F, 0.19F), fur);
    f.add(Part::Leg, limb(hips + Vec2{0.08F, 0.36F}, hips + Vec2{0.34F, 0.38F}, thick, 0.8F * thick), fur);
    add_leg(f, chest + Vec2{-0.06F, 0.1F}, legs + 0.22F, thick, 0.01F, bend, fur);
  } else {
    add_leg(f, hips + Vec2{0.02F, 0.08F}, legs + 0.02F, 1.1F * thick, -stride, -bend, fur);
    add_leg(f, chest + Vec2{-0.04F, 0.1F}, legs + 0.02F, thick, stride, bend, fur);
  }
  const Vec2 head = chest + Vec2{0.2F, -girth - raise};
  f.add(Part::Torso,
        limb(chest + Vec2{0.02F, -0.08F}, head + Vec2{-0.03F, 0.03F}, 0.8F * girth, 0.62F * skull), fur)
      .lift = 0;
  const float nod = d.in(-0.06F, 0.06F);
  const Affine before = f.pen;
  f.pen = f.pen * Affine::translation(head) * Affine::rotation(nod);
  const float ear_size = skull * d.in(0.8F, 1.2F);
  const auto put_ear = [&](Vec2 at, const Material& m) {
    if (pointed) {
      f.add(Part::Ear,
            rounded({at + Vec2{-0.42F * ear_size, 0.1F * ear_size}, at + Vec2{-0.1F * ear_size, -ear_size},
                     at + Vec2{0.42F * ear_size, 0.1F * ear_size}},
                    0.03F),
            m);
    } else {
      f.add(Part::Ear,
            leaf_shape(at, at + Vec2{-0.35F * ear_size, 1.25F * ear_size}, 0.36F * ear_size, 0.62F,
                       0.1F * ear_size),
            m);
    }
  };
  Material far_ear = ear;
  far_ear.colour.L -= 0.08F;
  if (pointed) put_ear({0.1F, -0.75F * skull}, far_ear);
  f.add(Part::Head, ellipse({0, 0}, 1.05F * skull, 0.95F * skull), fur);
  f.add(Part::Head,
        limb({0.45F * skull, 0.3F * skull}, {0.75F * skull + snout, 0.4F * skull}, 0.52F * skull,
             0.36F * skull),
        muzzle)
      .lift = 0.015F;
  Material nose = fur;
  nose.colour = lch(0.24F, 0.01F, 0);
  nose.amount = 0;
  f.add(Part::Head,
        ellipse({0.8F * skull + snout + 0.28F * skull, 0.24F * skull}, 0.2F * skull, 0.16F * skull), nose)
      .lift = 0;
  put_ear(pointed ? Vec2{-0.35F * skull, -0.65F * skull} : Vec2{-0.45F * skull, -0.6F * skull}, ear);
  add_eye(f, {0.38F * skull, -0.18F * skull}, 0.24F * skull);
  f.pen = before;
}

void draw_bird(Figure& f) {
  Draw& d = f.draw;
  const Material plumage = coat(f, {Texture::Feathers, Texture::Feathers, Texture::Fur, Texture::Speckle});
  Material wing =
      material(Texture::Feathers, d.chance(0.5F) ? plumage.colour : f.palette.of(Stuff::Coat, d), d);
  wing.colour.L -= 0.06F;
  Material head = plumage;
  if (d.chance(0.4F)) head.colour = f.palette.of(Stuff::Coat, d);
  const Material horn = material(Texture::Paint, f.palette.of(Stuff::Horn, d), d);
  const float plump = d.in(0.28F, 0.42F);
  const float skull = d.in(0.2F, 0.27F);
  const bool flies = d.chance(0.45F);
  const float neck = d.in(0.0F, 0.28F);
  const Vec2 breast{0.3F, 0.0F};
  const Vec2 rump{-0.45F, 0.1F};
  const Vec2 face = breast + Vec2{0.2F + 0.3F * neck, -0.34F - 0.6F * neck};
  const float reach = d.in(0.75F, 1.0F);

  if (flies) {
    Material far = wing;
    far.colour.L -= 0.1F;
    const float lift = d.in(0.66F, 0.8F);
    add_fan(f, Part::Wing, {0.1F, -0.15F}, lift + 0.04F, 0.16F, 5, reach, 0.13F, far);
  }
  const float droop = d.in(-0.05F, 0.06F);
  const float spread = d.in(0.03F, 0.14F);
  const float tail = d.in(0.42F, 0.66F);
  add_fan(f, Part::Tail, rump + Vec2{0.12F, 0}, 0.5F + droop, spread, 4, tail, 0.075F, wing);
  if (!flies) {
    const float stand = d.in(0.24F, 0.46F);
    for (const float x : {-0.02F, 0.16F}) {
      const Vec2 hip{x, plump - 0.08F};
      const Vec2 foot = hip + Vec2{0.03F, stand};
      f.add(Part::Leg, limb(hip, foot, 0.035F, 0.026F), horn).lift = 0.01F;
      f.add(Part::Leg, ribbon({foot + Vec2{-0.08F, 0.02F}, foot, foot + Vec2{0.13F, 0.03F}}, 0.02F, 0.02F),
            horn)
          .lift = 0;
    }
  } else if (d.chance(0.6F)) {
    f.add(Part::Leg, limb({-0.1F, plump - 0.12F}, {-0.34F, plump + 0.06F}, 0.035F, 0.03F), horn).lift = 0.01F;
  }
  f.add(Part::Torso,
        blob({rump,
              {-0.15F, -0.75F * plump},
              {0.2F, -plump},
              breast + Vec2{0.18F, -0.1F},
              {0.34F, 0.6F * plump},
              {0.02F, plump},
              {-0.3F, 0.75F * plump}}),
        plumage);
  if (neck > 0.1F) f.add(Part::Torso, limb(breast, face, 0.7F * plump, 0.8F * skull), plumage).lift = 0;
  const Vec2 beak_root = face + Vec2{0.7F * skull, 0.05F};
  const float beak = d.in(0.16F, 0.42F);
  const float deep = d.in(0.06F, 0.1F);
  const float hook = d.in(-0.02F, 0.12F);
  Material lower = horn;
  lower.colour.L -= 0.08F;
  f.add(Part::Beak,
        rounded({beak_root + Vec2{-0.05F, 0}, beak_root + Vec2{0.75F * beak, 0.05F + hook},
                 beak_root + Vec2{-0.05F, 0.85F * deep}},
                0.02F),
        lower);
  f.add(Part::Beak,
        rounded({beak_root + Vec2{-0.06F, -deep}, beak_root + Vec2{0.5F * beak, -0.5F * deep},
                 beak_root + Vec2{beak, 0.04F + hook}, beak_root + Vec2{-0.05F, 0.03F}},
                0.02F),
        horn);
  f.add(Part::Head, circle(face, skull), head);
  if (d.chance(0.3F))
    add_fan(f, Part::Head, face + Vec2{-0.02F, -0.7F * skull}, 0.68F, 0.16F, 3, 0.26F, 0.05F, head);
  add_eye(f, face + Vec2{0.3F * skull, -0.15F * skull}, 0.24F * skull);
  if (flies) {
    const float lift = d.chance(0.7F) ? d.in(0.58F, 0.72F) : d.in(0.3F, 0.4F);
    add_fan(f, Part::Wing, {0.12F, -0.05F}, lift, 0.2F, 6, reach, 0.14F, wing);
    f.add(Part::Wing,
          leaf_shape({0.22F, -0.05F}, Vec2{0.22F, -0.05F} + direction(lift) * (0.6F * reach), 0.2F, 0.35F, 0),
          plumage);
  } else {
    // Folded: a drop from the shoulder to the tail with two longer feathers below.
    const float fold = d.in(-0.02F, 0.05F);
    add_fan(f, Part::Wing, {0.02F, 0.0F}, 0.47F - fold, 0.06F, 3, 0.66F, 0.09F, wing);
    f.add(Part::Wing, leaf_shape({0.3F, -0.1F}, {-0.42F, 0.14F + fold}, 0.24F, 0.36F, -0.03F), wing);
  }
}

void draw_fish(Figure& f) {
  Draw& d = f.draw;
  const std::array<Texture, 4> skins{Texture::Scales, Texture::Scales, Texture::Stripes, Texture::Spots};
  const Texture texture = d.one_of(skins);
  Material skin = material(texture, f.palette.of(Stuff::Anything, d), d);
  if (d.chance(0.5F)) skin.accent = f.palette.of(Stuff::Anything, d);
  skin.gloss = 0.6F;
  Material face = skin;
  face.texture = Texture::Paint;
  face.colour = d.chance(0.6F) ? Palette::near(skin.colour, d, 0.1F) : f.palette.of(Stuff::Anything, d);
  const Texture rays = d.chance(0.6F) ? Texture::Veins : Texture::Feathers;
  const Material fin = material(rays, f.palette.of(Stuff::Anything, d), d);

  const float high = d.in(0.26F, 0.56F);
  const float tail = d.in(0.3F, 0.48F);
  const float fork = d.in(-0.02F, 0.16F);
  const float wave = d.in(-0.1F, 0.1F);
  const float stalk = d.in(0.06F, 0.11F);
  const Vec2 wrist{-0.62F, wave};
  // Tail: two lobes.
  for (const float s : {-1.0F, 1.0F}) {
    const Vec2 tip = wrist + Vec2{-0.36F, s * tail + 0.8F * wave};
    f.add(Part::Tail, leaf_shape(wrist + Vec2{0.12F, 0}, tip, 0.16F, 0.62F, -0.06F * s), fin,
          Affine::frame(wrist, tip));
  }
  f.add(Part::Tail,
        blob({wrist + Vec2{0.1F, -stalk}, wrist + Vec2{-0.26F, -0.6F * tail},
              wrist + Vec2{-0.26F + fork, 0.5F * wave}, wrist + Vec2{-0.26F, 0.6F * tail},
              wrist + Vec2{0.1F, stalk}}),
        fin, Affine::frame(wrist, wrist + Vec2{-0.3F, 0}));
  // Back and belly fins.
  const float back_fin = d.in(0.16F, 0.34F);
  const float start = d.in(0.1F, 0.32F);
  f.add(Part::Fin,
        blob({{start, -0.82F * high},
              {start - 0.12F, -high - back_fin},
              {-0.2F, -0.8F * high - 0.6F * back_fin},
              {-0.42F, -0.3F * high},
              {-0.1F, -0.6F * high}}),
        fin, Affine::frame({0, -0.5F * high}, {-0.1F, -high - back_fin}));
  f.add(Part::Fin, leaf_shape({0.02F, 0.75F * high}, {-0.22F, high + d.in(0.14F, 0.26F)}, 0.11F, 0.6F, 0.02F),
        fin, Affine::frame({0.02F, 0.75F * high}, {-0.2F, high + 0.2F}));
  f.add(Part::Torso,
        blob({{0.92F, 0.03F},
              {0.66F, -0.62F * high},
              {0.2F, -high},
              {-0.3F, -0.62F * high},
              wrist + Vec2{-0.02F, -stalk},
              wrist + Vec2{-0.02F, stalk},
              {-0.3F, 0.62F * high},
              {0.2F, high},
              {0.66F, 0.66F * high}}),
        skin);
  // The head ends in the arc of the gill cover.
  const float gill = d.in(0.34F, 0.46F);
  f.add(Part::Head,
        blob({{0.93F, 0.03F},
              {0.67F, -0.61F * high},
              {gill + 0.04F, -0.86F * high},
              {gill - 0.07F, 0},
              {gill + 0.04F, 0.86F * high},
              {0.67F, 0.65F * high}}),
        face);
  Material mouth = face;
  mouth.colour.L -= 0.2F;
  mouth.volume = 0;
  f.add(Part::Head, ribbon({{0.94F, 0.06F}, {0.84F, 0.1F}, {0.77F, 0.08F}}, 0.018F, 0.012F), mouth).lift = 0;
  add_eye(f, {0.66F, -0.2F * high - 0.02F}, d.in(0.075F, 0.115F));
  const Vec2 root{gill - 0.06F, 0.16F * high};
  const float turn = d.in(0.36F, 0.52F);
  const float open = d.in(0.05F, 0.12F);
  const float reach = d.in(0.26F, 0.4F);
  add_fan(f, Part::Fin, root, turn, open, 3, reach, 0.07F, fin);
}

void draw_butterfly(Figure& f) {
  Draw& d = f.draw;
  const std::array<Texture, 4> patterns{Texture::Spots, Texture::Stripes, Texture::Veins, Texture::Paint};
  const Texture texture = d.one_of(patterns);
  Material wing = material(texture, f.palette.of(Stuff::Anything, d), d);
  wing.accent = f.palette.of(Stuff::Anything, d);
  Material hind = wing;
  if (d.chance(0.5F)) hind.colour = f.palette.of(Stuff::Anything, d);
  Material edge = wing;
  edge.texture = Texture::Paint;
  edge.colour = d.chance(0.6F) ? lch(0.28F, 0.02F, 0.1F) : wing.accent;
  const Material body = material(Texture::Fur, f.palette.of(Stuff::Coat, d), d);
  Material feeler = body;
  feeler.colour.L = feeler.colour.L > 0.5F ? feeler.colour.L - 0.3F : feeler.colour.L;
  const float span = d.in(0.7F, 0.98F);
  const float tall = d.in(0.55F, 0.85F);
  const float drop = d.in(0.45F, 0.75F);
  const float rim = d.in(0.03F, 0.08F);
  // Each side is folded up by its own amount.
  const float both = d.in(0.62F, 1.0F);
  const std::array<float, 2> fold{-both, both * d.in(0.55F, 1.0F)};
  const bool tailed = d.chance(0.3F);
  const float inner = d.in(0.1F, 0.3F);
  const bool eyed = d.chance(0.4F);
  for (const float side : fold) {
    const Affine before = f.pen;
    f.pen = f.pen * Affine::scaling(side, 1);
    const auto lobe = [&](const Outline& through, const Material& m) {
      Vec2 middle;
      for (const Vec2 p : through) middle = middle + p * (1.0F / static_cast<float>(through.size()));
      f.add(Part::Wing, blob(through), edge).lift = 0.05F;
      Outline field = through;
      for (Vec2& p : field) p = p + unit(middle - p) * rim;
      f.add(Part::Wing, blob(field), m, Affine::frame({0, 0}, middle * 1.6F)).lift = 0;
      if (eyed) {
        Material spot = edge;
        f.add(Part::Wing, circle(mix(middle, through[2], 0.35F), 0.09F), spot).lift = 0;
        spot.colour = wing.accent;
        f.add(Part::Wing, circle(mix(middle, through[2], 0.35F), 0.05F), spot).lift = 0;
      }
    };
    Outline lower{
        {0.03F, 0.05F},       {0.4F * span, 0.0F}, {0.72F * span, 0.3F * drop}, {0.55F * span, 0.9F * drop},
        {0.25F * span, drop}, {0.08F, 0.6F * drop}};
    if (tailed) lower[3] = {0.5F * span, 1.25F * drop};
    lobe(lower, hind);
    lobe({{0.03F, 0.08F},
          {0.05F, -0.12F},
          {0.5F * span, -tall},
          {span, -0.95F * tall},
          {0.96F * span, -0.35F * tall},
          {0.5F * span, 0.05F + 0.2F * inner}},
         wing);
    f.pen = before;
  }
  const float sway = d.in(-0.05F, 0.05F);
  for (const float s : {-1.0F, 1.0F}) {
    const Vec2 tip{s * 0.26F + sway, -0.72F};
    f.add(Part::Rod, ribbon({{s * 0.03F, -0.3F}, {s * 0.09F, -0.52F}, tip}, 0.022F, 0.015F), feeler).lift =
        0.02F;
    f.add(Part::Rod, circle(tip, 0.038F), feeler).lift = 0.02F;
  }
  f.add(Part::Torso, limb({0, -0.12F}, {sway, 0.5F}, 0.09F, 0.045F), body, Affine::rotation(0.25F));
  f.add(Part::Torso, ellipse({0, -0.1F}, 0.1F, 0.15F), body).lift = 0;
  f.add(Part::Head, circle({0, -0.28F}, 0.085F), body);
  for (const float s : {-1.0F, 1.0F}) add_eye(f, {s * 0.055F, -0.31F}, 0.032F);
}

}  // namespace ibot::data::parts
