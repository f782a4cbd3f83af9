// SPDX-License-Identifier: GPL-3.0-or-later
#include "backdrop.h"
#include "colour.h"
#include "draw.h"
#include "figure.h"
#include "noise.h"
#include "painter.h"
#include "vocabulary.h"

#include <ibot/base/result.h>
#include <ibot/base/text.h>
#include <ibot/data/parts.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace ibot::data {

namespace {

using namespace parts;  // NOLINT: this file is the front of that namespace

constexpr int kSupersample = 2;  // canvas pixels per picture pixel, each way

using DrawFigure = void (*)(Figure&);
constexpr std::array<DrawFigure, kKinds> kDrawFigure = {
    draw_car,  draw_bus,    draw_bicycle, draw_aeroplane, draw_house, draw_sailing_boat,
    draw_tree, draw_flower, draw_dog,     draw_bird,      draw_fish,  draw_butterfly};

// What flies or swims is anywhere and turned more; the rest stands on the ground.
bool is_afloat(Kind kind) {
  return kind == Kind::Aeroplane || kind == Kind::Fish || kind == Kind::Butterfly;
}

// How far a kind of object is turned from upright at most, in turns.
float largest_tilt(Kind kind) {
  if (kind == Kind::Butterfly) return 0.16F;
  return is_afloat(kind) || kind == Kind::Bird ? 0.11F : 0.05F;
}

Light draw_light(Draw& draw) {
  Light light;
  light.towards = direction(draw.in(0.55F, 0.95F));  // from above, left to right
  light.strength = draw.in(0.6F, 1.25F);
  light.shadow = draw.in(0.2F, 0.55F);
  light.warm = light.warm * draw.in(0.3F, 1.6F);
  light.cool = light.cool * draw.in(0.3F, 1.6F);
  return light;
}

// Bends and foreshortens a figure a little, as another viewpoint or another hand would.
void warp(Figure& figure, Draw& draw) {
  const float bend_x = draw.in(-0.1F, 0.1F);
  const float bend_y = draw.in(-0.1F, 0.1F);
  const float taper_x = draw.in(-0.14F, 0.14F);
  const float taper_y = draw.in(-0.14F, 0.14F);
  const float wobble = draw.in(0, 0.014F);
  const Vec2 phase{draw.in(0, 1), draw.in(0, 1)};
  for (Figure::Piece& piece : figure.pieces()) {
    piece.outline = subdivided(piece.outline, 0.25F);
    for (Vec2& p : piece.outline) {
      const Vec2 q = p;
      p.x = q.x * (1 + taper_x * q.y) + bend_x * q.y * q.y + wobble * sine(1.3F * q.y + phase.x);
      p.y = q.y * (1 + taper_y * q.x) + bend_y * q.x * q.x + wobble * sine(1.1F * q.x + phase.y);
    }
  }
}

struct Extent {
  Vec2 low{1e9F, 1e9F};
  Vec2 high{-1e9F, -1e9F};
  Vec2 size() const { return high - low; }
  Vec2 middle() const { return (low + high) * 0.5F; }
};

Extent extent_of(const Figure& figure, const Affine& map) {
  Extent e;
  for (const Figure::Piece& piece : figure.pieces()) {
    for (const Vec2 p : piece.outline) {
      const Vec2 q = map(p);
      e.low = {std::min(e.low.x, q.x), std::min(e.low.y, q.y)};
      e.high = {std::max(e.high.x, q.x), std::max(e.high.y, q.y)};
    }
  }
  return e;
}

// The share of its bounding box that a figure covers, on a grid of sample points: crossings of each outline
// counted from the left.
float filled_share(const Figure& figure, const Affine& map, const Extent& extent) {
  constexpr int kGrid = 32;
  std::array<std::array<bool, kGrid>, kGrid> covered{};
  const Vec2 size = extent.size();
  const Affine to_grid =
      Affine::scaling(kGrid / size.x, kGrid / size.y) * Affine::translation(extent.low * -1.0F) * map;
  for (const Figure::Piece& piece : figure.pieces()) {
    std::array<std::array<int, kGrid + 1>, kGrid> crossings{};
    const std::size_t n = piece.outline.size();
    Vec2 a = to_grid(piece.outline[n - 1]);
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 b = to_grid(piece.outline[i]);
      const int turn = a.y < b.y ? 1 : -1;
      const Vec2 top = turn > 0 ? a : b;
      const Vec2 bottom = turn > 0 ? b : a;
      const int first = std::max(static_cast<int>(std::ceil(top.y - 0.5F)), 0);
      for (int y = first; y < kGrid && static_cast<float>(y) + 0.5F < bottom.y; ++y) {
        const float t = (static_cast<float>(y) + 0.5F - top.y) / (bottom.y - top.y);
        const float x = top.x + (bottom.x - top.x) * t;
        const int column = std::clamp(static_cast<int>(std::ceil(x - 0.5F)), 0, kGrid);
        crossings[static_cast<std::size_t>(y)][static_cast<std::size_t>(column)] += turn;
      }
      a = b;
    }
    for (std::size_t y = 0; y < kGrid; ++y) {
      int winding = 0;
      for (std::size_t x = 0; x < kGrid; ++x) {
        winding += crossings[y][x];
        if (winding != 0) covered[y][x] = true;
      }
    }
  }
  int count = 0;
  for (const auto& row : covered) count += static_cast<int>(std::count(row.begin(), row.end(), true));
  return static_cast<float>(std::max(count, 1)) / (kGrid * kGrid);
}

// How much of the picture one of several objects may take, and where it stands from left to right.
struct Slot {
  float size = 1;  ///< of an object, as a share of one that is alone
  float middle = 0.5F;
  float width = 1;  ///< middle +- half of it; 1: anywhere
};

// Where the figure goes: figure coordinates -> canvas.
Affine place(const Figure& figure, Kind kind, const Backdrop& backdrop, const Slot& slot, Draw& draw,
             float side) {
  const float tilt = largest_tilt(kind) * (draw.near_middle(-1, 1) + 0.25F * draw.in(-1, 1));
  const float flip = draw.sign();
  const float stretch = draw.in(0.78F, 1.26F);
  const float shear = draw.near_middle(-0.36F, 0.36F);
  Affine pose = Affine::rotation(tilt) * Affine::shear(shear) * Affine::scaling(flip * stretch, 1 / stretch);
  const Extent extent = extent_of(figure, pose);
  const float share = filled_share(figure, pose, extent);
  // The size that covers the drawn share of the picture, held where the object is neither lost nor mostly
  // outside.
  const float target = draw.in(0.22F, 0.68F) * slot.size * slot.size;
  const Vec2 size = extent.size();
  const float longest = std::max(size.x, size.y);
  const float scale = std::clamp(std::sqrt(target / (share * size.x * size.y)), slot.size * 0.64F / longest,
                                 slot.size * draw.in(0.96F, 1.2F) / longest);
  const Vec2 half = size * (0.5F * scale);
  // The box may leave the picture by an eighth of its size.
  const auto position = [&](float half_size) {
    const float slack = 0.5F - 0.75F * half_size;
    return 0.5F + (slack > 0 ? draw.in(-slack, slack) : 0.5F * draw.in(slack, -slack));
  };
  const float anywhere = position(half.x);
  const float x = slot.width < 1 ? slot.middle + slot.width * (anywhere - 0.5F) : anywhere;
  float y = position(half.y);
  const float foot = backdrop.horizon + draw.in(0.05F, 0.2F);
  if (!is_afloat(kind)) y = std::max(y, std::min(foot, 1.0F) - half.y);
  return Affine::scaling(side, side) * Affine::translation({x, y}) * Affine::scaling(scale, scale) *
         Affine::translation(extent.middle() * -1.0F) * pose;
}

void paint_figure(Painter& painter, const Figure& figure, const Affine& placing) {
  const float scale = std::sqrt(std::fabs(placing.determinant()));
  for (const Figure::Piece& piece : figure.pieces()) {
    Shape shape;
    shape.outline = transformed(piece.outline, placing);
    shape.material = piece.material;
    shape.texture = inverse(placing * piece.frame);
    shape.part = static_cast<std::uint8_t>(piece.part);
    shape.lift = piece.lift * scale;
    shape.softness = piece.softness;
    painter.paint(shape);
  }
}

// One to three objects of one kind, the farthest first. Each has its own build, pose and colours: what two
// views of a scene share, then, is the kind and its parts.
template <class DrawsOf>
void paint_objects(Painter& painter, Kind kind, const Backdrop& backdrop, const DrawsOf& draws_of,
                   float side) {
  Draw group = draws_of(Aspect::Group);
  const float many = group.in(0, 1);
  const int count = many < 0.3F ? 1 : many < 0.7F ? 2 : 3;
  constexpr std::array<float, 3> kSize = {1, 0.74F, 0.62F};
  struct Placed {
    Figure figure;
    Affine placing;
    Extent extent;
  };
  std::vector<Draw> streams;  // a figure refers to its stream and palette
  std::vector<Palette> palettes;
  streams.reserve(static_cast<std::size_t>(count));
  palettes.reserve(static_cast<std::size_t>(count));
  std::vector<Placed> objects;
  for (int i = 0; i < count; ++i) {
    Draw colours = draws_of(Aspect::Palette, count > 1 ? i + 1 : 0);
    palettes.emplace_back(colours);
    streams.push_back(draws_of(Aspect::Figure, i));
    Placed object{Figure(streams.back(), palettes.back()), {}, {}};
    kDrawFigure[static_cast<std::size_t>(kind)](object.figure);
    Draw placement = draws_of(Aspect::Placement, i);
    warp(object.figure, placement);
    Slot slot;
    if (count > 1) {
      const float step = 1 / static_cast<float>(count);
      slot = {kSize[static_cast<std::size_t>(count - 1)], (static_cast<float>(i) + 0.5F) * step, step};
    }
    object.placing = place(object.figure, kind, backdrop, slot, placement, side);
    object.extent = extent_of(object.figure, object.placing);
    objects.push_back(std::move(object));
  }
  std::vector<const Placed*> far_to_near;
  for (const Placed& object : objects) far_to_near.push_back(&object);
  std::stable_sort(far_to_near.begin(), far_to_near.end(),
                   [](const Placed* a, const Placed* b) { return a->extent.high.y < b->extent.high.y; });
  for (const Placed* placed : far_to_near) {
    const auto& [figure, placing, extent] = *placed;
    if (!is_afloat(kind))
      painter.shade_ellipse({extent.middle().x, extent.high.y - 0.01F * side}, 0.62F * extent.size().x,
                            0.09F * extent.size().y + 0.02F * side, 0.35F);
    paint_figure(painter, figure, placing);
  }
}

// Averages the canvas down, then grades the whole picture: exposure, contrast, colour of the light, pools of
// light and shade, darker corners, grain.
void develop(Painter& painter, Draw& draw, PartsScene& scene) {
  const float exposure = draw.in(-0.03F, 0.06F);
  const float contrast = draw.in(0.88F, 1.14F);
  const float saturation = draw.in(0.8F, 1.2F);
  const Lab tint{0, draw.in(-0.012F, 0.012F), draw.in(-0.015F, 0.02F)};
  const float pools = draw.in(0.02F, 0.16F);
  const Vec2 pool_offset{draw.in(0, 100), draw.in(0, 100)};
  const Vec2 slope{draw.in(-0.09F, 0.09F), draw.in(-0.06F, 0.03F)};
  const float vignette = draw.in(0, 0.08F);
  const float grain = draw.in(0.006F, 0.022F);
  const int grain_place = draw.below(128);

  const Noise noise;
  const int size = scene.picture.width();
  const auto columns = static_cast<std::size_t>(size);
  std::vector<float> L(columns);
  std::vector<float> a(columns);
  std::vector<float> b(columns);
  constexpr float kMean = 1.0F / (kSupersample * kSupersample);
  for (int y = 0; y < size; ++y) {
    std::fill(L.begin(), L.end(), 0.0F);
    std::fill(a.begin(), a.end(), 0.0F);
    std::fill(b.begin(), b.end(), 0.0F);
    for (int k = 0; k < kSupersample; ++k) {
      const float* from_L = painter.lightness(y * kSupersample + k);
      const float* from_a = painter.green_red(y * kSupersample + k);
      const float* from_b = painter.blue_yellow(y * kSupersample + k);
      for (int x = 0; x < size * kSupersample; ++x) {
        const auto to = static_cast<std::size_t>(x / kSupersample);
        L[to] += from_L[x];
        a[to] += from_a[x];
        b[to] += from_b[x];
      }
    }
    const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(size) - 0.5F;
    for (int x = 0; x < size; ++x) {
      const auto i = static_cast<std::size_t>(x);
      const float u = (static_cast<float>(x) + 0.5F) / static_cast<float>(size) - 0.5F;
      const float pool = noise(2.6F * u + pool_offset.x, 2.6F * v + pool_offset.y) - 0.5F;
      const float speck = noise.cell(x + grain_place, y) + noise.cell(x + 61, y + grain_place) - 1.0F;
      const float light =
          1 + pools * pool * 1.6F + slope.x * u + slope.y * v - vignette * 2 * (u * u + v * v);
      L[i] = ((L[i] * kMean - 0.6F) * contrast + 0.6F + exposure) * light + grain * speck;
      a[i] = a[i] * kMean * saturation + tint.a;
      b[i] = b[i] * kMean * saturation + tint.b;
    }
    to_srgb(L.data(), a.data(), b.data(), size, scene.picture.row(y));
  }
}

// Of the canvas pixels below a picture pixel, the id that most of them have; the first in reading order on a
// tie.
void reduce_mask(Painter& painter, PartsScene& scene) {
  const int size = scene.picture.width();
  const auto columns = static_cast<std::size_t>(size);
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      std::array<std::uint8_t, kSupersample * kSupersample> ids{};
      for (std::size_t k = 0; k < ids.size(); ++k) {
        const int row = y * kSupersample + static_cast<int>(k) / kSupersample;
        ids[k] = painter.parts(row)[x * kSupersample + static_cast<int>(k) % kSupersample];
      }
      const auto votes = [&](std::uint8_t id) { return std::count(ids.begin(), ids.end(), id); };
      std::uint8_t best = ids[0];
      for (const std::uint8_t id : ids) {
        if (votes(id) > votes(best)) best = id;
      }
      scene.mask[static_cast<std::size_t>(y) * columns + static_cast<std::size_t>(x)] = best;
    }
  }
}

}  // namespace

PartsGenerator::PartsGenerator(std::uint64_t seed, int size) : seed_(seed), size_(size) {
  if (size < kMinimumSize || size > kMaximumSize) {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           base::str("parts: a picture of ", size, " px cannot be drawn"),
                           base::str("a size from ", kMinimumSize, " to ", kMaximumSize, " px"), ""});
  }
}

int PartsGenerator::label(std::uint64_t index) {
  return static_cast<int>(index % kKinds);
}

PartsScene PartsGenerator::draw(std::uint64_t index) const {
  const auto aspect = [&](Aspect which, int object = 0) { return Draw(seed_, index, which, object); };
  PartsScene scene;
  scene.label = label(index);
  scene.picture.reshape(size_, size_);
  scene.mask.resize(static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_));
  const auto kind = static_cast<Kind>(scene.label);

  Draw palette_draw = aspect(Aspect::Palette);
  const Palette palette(palette_draw);
  Draw light_draw = aspect(Aspect::Light);
  Painter painter;
  painter.begin(size_ * kSupersample, size_ * kSupersample, draw_light(light_draw));
  const float side = static_cast<float>(painter.width());

  Draw backdrop_draw = aspect(Aspect::Backdrop);
  const Backdrop backdrop = paint_backdrop(painter, backdrop_draw, palette);
  paint_objects(painter, kind, backdrop, aspect, side);

  reduce_mask(painter, scene);
  Draw grade_draw = aspect(Aspect::Grade);
  develop(painter, grade_draw, scene);
  return scene;
}

}  // namespace ibot::data
