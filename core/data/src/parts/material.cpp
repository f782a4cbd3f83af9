// SPDX-License-Identifier: GPL-3.0-or-later
#include "material.h"

#include "noise.h"

#include <cmath>

namespace ibot::data::parts {

namespace {

struct Sample {
  float tone = 0;
  float share = 0;
};

float fraction(float x) {
  return x - static_cast<float>(floor_to_int(x));
}

// Distance to the nearest integer, in [0, 1/2].
float to_line(float x) {
  return std::fabs(x - static_cast<float>(floor_to_int(x + 0.5F)));
}

// Rows of overlapping rounded plates: dark under each edge, light at its tip. `length` is a plate's length in
// widths.
Sample plates(const Noise& noise, float u, float v, float length) {
  const float along = u / length;
  const int row = floor_to_int(along);
  const float across = v + ((row & 1) != 0 ? 0.5F : 0.0F);
  const float x = 2 * fraction(across) - 1;
  // The edge of the plate is an arc; beyond it the next row shows.
  const float depth = fraction(along) - 0.45F * x * x;
  const int column = floor_to_int(across);
  const float own = noise.cell(column, depth < 0 ? row + 1 : row);
  const float shade = depth < 0 ? depth + 1.0F : depth;
  return {0.10F * (shade - 0.55F) + 0.07F * (own - 0.5F) - 0.10F * (1 - smooth_step(0.0F, 0.16F, shade)),
          own * own};
}

Sample paint(const Noise& noise, float u, float v) {
  return {0.07F * (noise(2.2F * u, 11 * v) - 0.5F) + 0.05F * (noise(4.1F * u + 9, 4.7F * v) - 0.5F), 0};
}

Sample fur(const Noise& noise, float u, float v) {
  const float wave = 0.25F * noise(3 * u, 3 * v);
  return {0.20F * (noise(5 * u, 24 * (v + wave)) - 0.5F),
          smooth_step(0.52F, 0.66F, noise(1.7F * u + 31, 1.9F * v))};
}

Sample spots(const Noise& noise, float u, float v) {
  // One round blot per cell, off its centre, some left out.
  const int cx = floor_to_int(4 * u);
  const int cy = floor_to_int(4 * v);
  const float dx = 4 * u - static_cast<float>(cx) - 0.5F - 0.36F * (noise.cell(cx, cy) - 0.5F);
  const float dy = 4 * v - static_cast<float>(cy) - 0.5F - 0.36F * (noise.cell(cx + 51, cy) - 0.5F);
  const float size = noise.cell(cx, cy + 77) < 0.18F ? 0 : 0.20F + 0.22F * noise.cell(cx + 13, cy + 29);
  const float r = std::sqrt(dx * dx + dy * dy);
  return {0.06F * (noise(6 * u, 6 * v) - 0.5F),
          size > 0 ? 1 - smooth_step(size - 0.07F, size + 0.05F, r) : 0};
}

Sample stripes(const Noise& noise, float u, float v) {
  const float warp = 0.9F * (noise(1.6F * u, 3.1F * v) - 0.5F);
  const float band = to_line(2.6F * u + warp);
  return {0.06F * (noise(5 * u, 13 * v) - 0.5F), 1 - smooth_step(0.14F, 0.22F, band)};
}

Sample bricks(const Noise& noise, float u, float v) {
  const int row = floor_to_int(7 * v);
  const float along = 3.2F * u + ((row & 1) != 0 ? 0.5F : 0.0F);
  const float joint = std::fmin(to_line(along) * 2.2F, to_line(7 * v));
  const float own = noise.cell(floor_to_int(along), row);
  return {0.15F * (own - 0.5F) + 0.04F * (noise(14 * u, 14 * v) - 0.5F),
          1 - smooth_step(0.05F, 0.13F, joint)};
}

Sample planks(const Noise& noise, float u, float v) {
  const int row = floor_to_int(6 * v);
  const float grain = noise(2.4F * u + 7 * noise.cell(row, 3), 34 * v) - 0.5F;
  const float joint = 1 - smooth_step(0.03F, 0.10F, to_line(6 * v));
  return {0.09F * grain + 0.12F * (noise.cell(row, 11) - 0.5F) - 0.17F * joint, 0};
}

Sample shingles(const Noise& noise, float u, float v) {
  Sample s = plates(noise, 6.5F * v, 6.5F * u, 0.75F);
  return {1.15F * s.tone, 0.5F * s.share};
}

Sample bark(const Noise& noise, float u, float v) {
  const float ridge = noise(17 * u + 2.5F * noise(2 * u, 2.5F * v), 2.6F * v) - 0.5F;
  const float fine = noise(30 * u, 9 * v) - 0.5F;
  return {0.24F * ridge + 0.08F * fine, smooth_step(0.62F, 0.72F, noise(2.1F * u + 60, 3 * v))};
}

// One layer of round dabs, a dab to a cell, each with a light of its own and lit from above.
float dabs(const Noise& noise, float u, float v, float& strength) {
  const int cx = floor_to_int(u);
  const int cy = floor_to_int(v);
  const float dx = u - static_cast<float>(cx) - 0.5F - 0.6F * (noise.cell(cx + 5, cy) - 0.5F);
  const float dy = v - static_cast<float>(cy) - 0.5F - 0.6F * (noise.cell(cx, cy + 9) - 0.5F);
  strength = 1 - smooth_step(0.08F, 0.2F, dx * dx + dy * dy);
  return 0.26F * (noise.cell(cx, cy) - 0.5F) - 0.22F * dy;
}

Sample foliage(const Noise& noise, float u, float v) {
  float under = 0;
  float over = 0;
  const float low = dabs(noise, 8.5F * u, 9 * v, under);
  const float high = dabs(noise, 7 * u + 3 * v + 40.5F, 9 * v - 2 * u + 20.5F, over);
  const float base = low * under - 0.07F * (1 - under);
  return {base + (high - base) * over, 0.25F * over * (1 - under)};
}

Sample metal(const Noise& noise, float u, float v) {
  // The sky above, the ground below, a dark line between: as on a polished car.
  const float y = 3.2F * v + 0.1F * noise(2 * u, 0.5F);
  const float band = smooth_step(-0.1F, 0.06F, y) - smooth_step(0.06F, 0.9F, y);
  return {0.07F - 0.16F * band + 0.015F * (noise(20 * u, 20 * v) - 0.5F), 0};
}

Sample glass(float u, float v) {
  const float slope = fraction(1.5F * u + 1.1F * v);
  const float sheen = smooth_step(0.30F, 0.36F, slope) - smooth_step(0.52F, 0.58F, slope);
  const float thin = smooth_step(0.64F, 0.67F, slope) - smooth_step(0.71F, 0.74F, slope);
  return {0.15F * sheen + 0.10F * thin - 0.05F, 0.2F * sheen};
}

Sample veins(const Noise& noise, float u, float v) {
  const float side = std::fabs(v);
  const float rib = 1 - smooth_step(0.012F, 0.035F, side);
  const float vein = 1 - smooth_step(0.08F, 0.17F, to_line(6 * (u - 0.9F * side)));
  return {0.08F * (noise(5 * u, 9 * v) - 0.5F) - 0.05F * vein + 0.03F * (v > 0 ? 1.0F : -1.0F),
          0.9F * rib + 0.3F * vein};
}

Sample cloth(const Noise& noise, float u, float v) {
  const float seam = 1 - smooth_step(0.015F, 0.05F, to_line(3.3F * v));
  const float fold = noise(1.2F * u + 0.8F * v, 1.9F * v) - 0.5F;
  return {0.14F * fold - 0.09F * seam, floor_to_int(3.3F * v) % 3 == 0 ? 1.0F : 0.0F};
}

Sample speckle(const Noise& noise, float u, float v) {
  return {0.15F * (noise(26 * u, 26 * v) - 0.5F) + 0.09F * (noise(4 * u, 4 * v) - 0.5F),
          0.5F * smooth_step(0.70F, 0.82F, noise(21 * u + 20, 21 * v))};
}

template <class Pattern>
void fill(const Material& m, Vec2 start, Vec2 step, int count, float* tone, float* share, Pattern pattern) {
  const float k = 1 / m.scale;
  float u = start.x * k + m.offset.x;
  float v = start.y * k + m.offset.y;
  const float du = step.x * k;
  const float dv = step.y * k;
  for (int i = 0; i < count; ++i) {
    const Sample s = pattern(u, v);
    tone[i] = m.amount * s.tone;
    share[i] = m.amount * s.share;
    u += du;
    v += dv;
  }
}

}  // namespace

void texture_row(const Material& m, Vec2 start, Vec2 step, int count, float* tone, float* share) {
  const Noise noise;
  const auto with = [&](auto pattern) { fill(m, start, step, count, tone, share, pattern); };
  switch (m.texture) {
    case Texture::Paint:
      return with([&](float u, float v) { return paint(noise, u, v); });
    case Texture::Fur:
      return with([&](float u, float v) { return fur(noise, u, v); });
    case Texture::Spots:
      return with([&](float u, float v) { return spots(noise, u, v); });
    case Texture::Stripes:
      return with([&](float u, float v) { return stripes(noise, u, v); });
    case Texture::Feathers:
      return with([&](float u, float v) { return plates(noise, 6 * u, 8 * v, 2.0F); });
    case Texture::Scales:
      return with([&](float u, float v) { return plates(noise, 8 * u, 8 * v, 0.8F); });
    case Texture::Bricks:
      return with([&](float u, float v) { return bricks(noise, u, v); });
    case Texture::Planks:
      return with([&](float u, float v) { return planks(noise, u, v); });
    case Texture::Shingles:
      return with([&](float u, float v) { return shingles(noise, u, v); });
    case Texture::Bark:
      return with([&](float u, float v) { return bark(noise, u, v); });
    case Texture::Foliage:
      return with([&](float u, float v) { return foliage(noise, u, v); });
    case Texture::Metal:
      return with([&](float u, float v) { return metal(noise, u, v); });
    case Texture::Glass:
      return with([&](float u, float v) { return glass(u, v); });
    case Texture::Veins:
      return with([&](float u, float v) { return veins(noise, u, v); });
    case Texture::Cloth:
      return with([&](float u, float v) { return cloth(noise, u, v); });
    case Texture::Speckle:
      return with([&](float u, float v) { return speckle(noise, u, v); });
  }
}

Material material(Texture texture, Lab colour, Draw& draw) {
  Material m;
  m.texture = texture;
  m.colour = colour;
  const float contrast = draw.in(0.12F, 0.3F) * (colour.L > 0.55F ? -1.0F : 1.0F);
  m.accent = {colour.L + contrast, colour.a * 0.9F, colour.b * 0.9F};
  m.scale = draw.in(0.8F, 1.25F);
  m.amount = draw.in(0.75F, 1.15F);
  // Whole cells, so that patterns with a place (a leaf's midrib) keep it where they need it.
  m.offset = Vec2{0, 0};
  switch (texture) {
    case Texture::Veins:
      m.scale = 1;
      break;
    case Texture::Metal:
      m.scale = 1;
      m.gloss = 1;
      break;
    case Texture::Glass:
      m.offset = Vec2{draw.in(0, 1), draw.in(0, 1)};
      m.gloss = 0.6F;
      m.volume = 0.4F;
      break;
    default:
      m.offset = Vec2{draw.in(0, 100), draw.in(0, 100)};
  }
  return m;
}

}  // namespace ibot::data::parts
