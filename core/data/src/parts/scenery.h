// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "geometry.h"
#include "material.h"
#include "painter.h"
#include "vocabulary.h"

namespace ibot::data::parts {

/// Paints what is not the object, in picture coordinates: [0, 1] each way, whatever the canvas.
class Scenery {
 public:
  explicit Scenery(Painter& painter) : painter_(painter), side_(static_cast<float>(painter.width())) {}

  /// With texture coordinates as coarse as a figure's of common size. `lift` and the outline are in pictures.
  void add(const Outline& outline, const Material& material, float lift = 0, Part part = Part::Background);
  /// The same with texture coordinates of its own (texture -> picture).
  void add(const Outline& outline, const Material& material, const Affine& frame, float lift = 0,
           Part part = Part::Background);
  /// A blend from `top` to `bottom` between two heights, over the whole width, clouded by noise.
  void wash(float from, float to, Lab top, Lab bottom, float clouding, Draw& draw);
  /// Pointed strokes of the brush scattered between two heights, larger towards the lower one; they follow a
  /// lean.
  void strokes(float from, float to, int count, Vec2 size, const Material& material, float contrast,
               Draw& draw);

 private:
  Painter& painter_;
  float side_;
};

/// The picture's texture coordinates: upright or turned by a quarter.
Affine scenery_frame();
Affine upright_frame();

}  // namespace ibot::data::parts
