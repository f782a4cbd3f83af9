// SPDX-License-Identifier: GPL-3.0-or-later
#include "colour.h"

#include "geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ibot::data::parts {

namespace {

// Fifth root by Newton's method; +, * and / are rounded alike everywhere, pow is not.
double fifth_root(double x) {
  double y = 1;
  for (int i = 0; i < 60; ++i) y = (4 * y + x / (y * y * y * y)) / 5;
  return y;
}

// sRGB's transfer function, tabulated over the square root of the linear value, in which it is nearly
// straight.
class Transfer {
 public:
  Transfer() {
    for (int i = 0; i <= kSteps; ++i) {
      const double root = static_cast<double>(i) / kSteps;
      const double linear = root * root;
      // The inverse of decode() by bisection: x^2.4 has a root that needs no pow, x^(1/2.4) has not.
      table_[static_cast<std::size_t>(i)] = static_cast<float>(255 * encode(linear));
    }
  }
  float operator()(float linear) const {
    const float place = std::sqrt(std::clamp(linear, 0.0F, 1.0F)) * kSteps;
    const int index = std::min(static_cast<int>(place), kSteps - 1);
    const float t = place - static_cast<float>(index);
    const auto i = static_cast<std::size_t>(index);
    return table_[i] + (table_[i + 1] - table_[i]) * t;
  }

 private:
  static constexpr int kSteps = 2048;

  static double decode(double encoded) {
    if (encoded <= 0.04045) return encoded / 12.92;
    const double x = (encoded + 0.055) / 1.055;
    return x * x * fifth_root(x * x);  // x^2.4
  }
  static double encode(double linear) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (low + high);
      (decode(middle) < linear ? low : high) = middle;
    }
    return 0.5 * (low + high);
  }
  std::array<float, kSteps + 1> table_{};
};

}  // namespace

Lab lch(float lightness, float chroma, float hue) {
  const Vec2 d = direction(hue);
  return {lightness, chroma * d.x, chroma * d.y};
}

void to_srgb(const float* L, const float* a, const float* b, int count, std::uint8_t* rgb) {
  static const Transfer transfer;
  for (int i = 0; i < count; ++i) {
    const float l = L[i] + 0.3963377774F * a[i] + 0.2158037573F * b[i];
    const float m = L[i] - 0.1055613458F * a[i] - 0.0638541728F * b[i];
    const float s = L[i] - 0.0894841775F * a[i] - 1.2914855480F * b[i];
    const float l3 = l * l * l;
    const float m3 = m * m * m;
    const float s3 = s * s * s;
    const float red = 4.0767416621F * l3 - 3.3077115913F * m3 + 0.2309699292F * s3;
    const float green = -1.2684380046F * l3 + 2.6097574011F * m3 - 0.3413193965F * s3;
    const float blue = -0.0041960863F * l3 - 0.7034186147F * m3 + 1.7076147010F * s3;
    rgb[3 * i] = static_cast<std::uint8_t>(transfer(red) + 0.5F);
    rgb[3 * i + 1] = static_cast<std::uint8_t>(transfer(green) + 0.5F);
    rgb[3 * i + 2] = static_cast<std::uint8_t>(transfer(blue) + 0.5F);
  }
}

Palette::Palette(Draw& draw) {
  const float first = draw.in(0, 1);
  // Steps around the circle from the first hue: neighbours, a complement, a split complement, a triad.
  static constexpr std::array<std::array<float, 4>, 5> kSchemes = {{{0, 0.07F, -0.08F, 0.14F},
                                                                    {0, 0.05F, 0.5F, 0.55F},
                                                                    {0, -0.05F, 0.42F, 0.58F},
                                                                    {0, 0.33F, 0.67F, 0.05F},
                                                                    {0, 0.25F, 0.5F, -0.06F}}};
  const std::array<float, 4>& scheme = draw.one_of(kSchemes);
  for (std::size_t i = 0; i < hues_.size(); ++i) hues_[i] = first + scheme[i] + draw.in(-0.02F, 0.02F);
}

Lab Palette::any(Draw& draw, float low_L, float high_L, float low_C, float high_C) const {
  const float hue = draw.one_of(hues_);
  const float lightness = draw.in(low_L, high_L);
  const float chroma = draw.in(low_C, high_C);
  return lch(lightness, chroma, hue);
}

Lab Palette::near(Lab colour, Draw& draw, float amount) {
  return Lab{colour.L + draw.in(-amount, amount), colour.a + draw.in(-0.2F, 0.2F) * amount,
             colour.b + draw.in(-0.2F, 0.2F) * amount};
}

Lab Palette::of(Stuff stuff, Draw& draw) const {
  // Drawn whether used or not, so that the two cases consume the same draws.
  const Lab free = any(draw, 0.34F, 0.86F, 0.03F, 0.15F);
  const bool natural = draw.chance(kRegularity);
  const float x = draw.in(0, 1);
  const float y = draw.in(0, 1);
  const float z = draw.in(0, 1);
  if (!natural) return free;
  switch (stuff) {
    case Stuff::Anything:
      return free;
    case Stuff::Rubber:
      return lch(0.24F + 0.14F * x, 0.02F * y, z);
    case Stuff::Steel:
      return lch(0.58F + 0.3F * x, 0.025F * y, z);
    case Stuff::Glass:
      // By day a dim blue; sometimes lit from within.
      return z < 0.75F ? lch(0.36F + 0.36F * x, 0.03F + 0.05F * y, 0.58F + 0.12F * z)
                       : lch(0.84F + 0.1F * x, 0.07F + 0.05F * y, 0.23F);
    case Stuff::Wood:
      return lch(0.42F + 0.3F * x, 0.05F + 0.05F * y, 0.14F + 0.07F * z);
    case Stuff::Wall:
      return lch(0.66F + 0.26F * x, 0.015F + 0.06F * y, 0.1F + 0.17F * z);
    case Stuff::Roof:
      return z < 0.6F ? lch(0.4F + 0.2F * x, 0.07F + 0.07F * y, 0.07F + 0.08F * z)
                      : lch(0.34F + 0.22F * x, 0.02F * y, 0.7F);
    case Stuff::Leaf:
      return lch(0.44F + 0.34F * x, 0.08F + 0.08F * y, 0.31F + 0.12F * z);
    case Stuff::Petal:
      // White, pink, red, orange, yellow, violet; no green.
      return x < 0.2F ? lch(0.93F, 0.02F * y, 0.25F)
                      : lch(0.62F + 0.24F * x, 0.1F + 0.07F * y, 0.85F + 0.46F * z);
    case Stuff::Bark:
      return lch(0.32F + 0.26F * x, 0.02F + 0.05F * y, 0.12F + 0.1F * z);
    case Stuff::Coat:
      // Black and white, greys, browns, ginger.
      return z < 0.35F ? lch(0.26F + 0.66F * x, 0.015F * y, 0.2F)
                       : lch(0.38F + 0.42F * x, 0.04F + 0.08F * y, 0.13F + 0.07F * z);
    case Stuff::Horn:
      return lch(0.55F + 0.25F * x, 0.08F + 0.08F * y, 0.12F + 0.13F * z);
    case Stuff::Eye:
      return lch(0.16F + 0.12F * x, 0.02F * y, z);
    case Stuff::Lamp:
      return z < 0.6F ? lch(0.86F + 0.1F * x, 0.05F + 0.08F * y, 0.26F) : lch(0.58F + 0.1F * x, 0.16F, 0.08F);
    case Stuff::Canvas:
      return lch(0.82F + 0.13F * x, 0.01F + 0.04F * y, 0.2F + 0.1F * z);
  }
  return free;
}

}  // namespace ibot::data::parts
