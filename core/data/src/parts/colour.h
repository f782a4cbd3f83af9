// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "draw.h"

#include <array>
#include <cstdint>

namespace ibot::data::parts {

/// A colour in OKLab (Ottosson 2020, "A perceptual color space for image processing"): L lightness in [0, 1],
/// a green to red, b blue to yellow. Painting, blending and shading happen in it, so that a step of light
/// looks alike on every hue.
struct Lab {
  float L = 0;
  float a = 0;
  float b = 0;
};

inline Lab operator+(Lab x, Lab y) {
  return {x.L + y.L, x.a + y.a, x.b + y.b};
}
inline Lab operator*(Lab x, float k) {
  return {x.L * k, x.a * k, x.b * k};
}
inline Lab mix(Lab x, Lab y, float t) {
  return x * (1 - t) + y * t;
}

/// From lightness, chroma and hue in turns (red 0.08, orange 0.16, yellow 0.29, green 0.39, blue 0.71, violet
/// 0.85).
Lab lch(float lightness, float chroma, float hue);

/// 8-bit sRGB of a row of colours, clamped to the gamut channel by channel. No libm: the same bytes
/// everywhere.
void to_srgb(const float* L, const float* a, const float* b, int count, std::uint8_t* rgb);

/// What a thing is made of, as far as its natural colour goes: leaves tend to be green, tyres dark.
enum class Stuff : std::uint8_t {
  Anything = 1,  ///< paint, cloth, petals: any colour of the scene's palette
  Rubber,
  Steel,
  Glass,
  Wood,
  Wall,
  Roof,
  Leaf,
  Petal,
  Bark,
  Coat,  ///< fur and plumage
  Horn,  ///< beaks, bird legs
  Eye,
  Lamp,
  Canvas,  ///< sails
};

/// The colours of one scene: a few hues that go together. Background and objects draw from the same hues, so
/// that a colour names neither the class nor the part.
class Palette {
 public:
  explicit Palette(Draw& draw);

  /// A colour for a thing: with probability kRegularity the natural one, else one of the palette.
  Lab of(Stuff stuff, Draw& draw) const;
  /// A colour of the palette with lightness and chroma in the given ranges.
  Lab any(Draw& draw, float low_L, float high_L, float low_C, float high_C) const;
  /// A variation of a colour that reads as the same material.
  static Lab near(Lab colour, Draw& draw, float amount);

  static constexpr float kRegularity = 0.78F;

 private:
  std::array<float, 4> hues_{};
};

}  // namespace ibot::data::parts
