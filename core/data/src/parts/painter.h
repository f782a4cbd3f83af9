// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "geometry.h"
#include "material.h"

#include <cstdint>
#include <vector>

namespace ibot::data::parts {

/// Where the light comes from and what it does.
struct Light {
  Vec2 towards{-0.6F, -0.8F};  ///< unit vector to the light, on the screen
  float strength = 1;          ///< of shading
  float shadow = 0.35F;        ///< darkness of cast shadows
  Lab warm{0, 0.008F, 0.02F};  ///< added where lit, times the shading
  Lab cool{0, 0.0F, -0.03F};   ///< added in shade
};

/// One thing to paint.
struct Shape {
  Outline outline;  ///< canvas coordinates
  Material material;
  Affine texture;         ///< canvas -> texture coordinates
  std::uint8_t part = 0;  ///< id written to the mask
  float lift = 0;         ///< distance of its cast shadow, canvas pixels; 0 casts none
  float softness = 1;     ///< radius of its rounding relative to its thickness
};

/// A picture in the making: OKLab planes and a part id per pixel. A small rasteriser of its own, because
/// masks have to be exact, and because a library's next release must not change a data set: only +, -, *, /
/// and sqrt are used, which IEEE 754 rounds alike on every machine.
///
/// Every shape gets the same treatment, which makes the style: exact area coverage at its edge; a pattern; a
/// round look, from the difference of its blurred coverage towards and away from the light; a soft cast
/// shadow. Not thread-safe; buffers are reused from shape to shape.
class Painter {
 public:
  /// Clears to mid-grey, background everywhere.
  void begin(int width, int height, const Light& light);
  int width() const { return width_; }
  int height() const { return height_; }

  /// Row y of the planes L, a, b.
  float* lightness(int y) { return L_.data() + static_cast<std::ptrdiff_t>(y) * width_; }
  float* green_red(int y) { return a_.data() + static_cast<std::ptrdiff_t>(y) * width_; }
  float* blue_yellow(int y) { return b_.data() + static_cast<std::ptrdiff_t>(y) * width_; }
  const std::uint8_t* parts(int y) const { return mask_.data() + static_cast<std::ptrdiff_t>(y) * width_; }

  void paint(const Shape& shape);
  /// A soft dark spot without an outline, as under things that stand on the ground.
  void shade_ellipse(Vec2 centre, float radius_x, float radius_y, float darkness);

 private:
  struct Region {
    int left = 0, top = 0, width = 0, height = 0;
  };

  void cover(const Outline& outline, const Region& region);
  void blur(const Region& region, int radius);
  void cast_shadow(const Shape& shape, const Region& region);
  void blend(const Shape& shape, const Region& region, float reach);
  float blurred(const Region& region, int x, int y) const;

  int width_ = 0;
  int height_ = 0;
  Light light_;
  std::vector<float> L_, a_, b_;
  std::vector<std::uint8_t> mask_;
  std::vector<float> coverage_;  // of the shape in hand, over its region
  std::vector<float> soft_;      // the same, blurred
  std::vector<float> scratch_;
  std::vector<float> sums_;  // one row each, from here on
  std::vector<float> tone_, share_;
};

}  // namespace ibot::data::parts
