// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace ibot::data::parts {

/// A point or direction of the plane; x to the right, y down.
struct Vec2 {
  float x = 0;
  float y = 0;
};

inline Vec2 operator+(Vec2 a, Vec2 b) {
  return {a.x + b.x, a.y + b.y};
}
inline Vec2 operator-(Vec2 a, Vec2 b) {
  return {a.x - b.x, a.y - b.y};
}
inline Vec2 operator*(Vec2 a, float k) {
  return {a.x * k, a.y * k};
}
inline Vec2 mix(Vec2 a, Vec2 b, float t) {
  return a + (b - a) * t;
}
inline float dot(Vec2 a, Vec2 b) {
  return a.x * b.x + a.y * b.y;
}
float length(Vec2 a);
/// The direction of `a`; (1, 0) where it has none.
Vec2 unit(Vec2 a);

/// Sine and cosine of an angle in turns (1 = full circle), by polynomial: libm's differ in the last bit from
/// one processor and version to the next, and a picture has to be the same everywhere. Absolute error below
/// 1e-6.
float sine(float turns);
float cosine(float turns);
/// The unit vector at an angle in turns; a positive angle turns clockwise on the screen.
Vec2 direction(float turns);

/// x' = a x + b y + tx, y' = c x + d y + ty.
struct Affine {
  float a = 1, b = 0, c = 0, d = 1, tx = 0, ty = 0;

  Vec2 operator()(Vec2 p) const { return {a * p.x + b * p.y + tx, c * p.x + d * p.y + ty}; }
  float determinant() const { return a * d - b * c; }

  static Affine translation(Vec2 by) { return {1, 0, 0, 1, by.x, by.y}; }
  static Affine scaling(float x, float y) { return {x, 0, 0, y, 0, 0}; }
  static Affine rotation(float turns);
  static Affine shear(float x_per_y) { return {1, x_per_y, 0, 1, 0, 0}; }
  /// Maps (0, 0) to `origin` and (1, 0) to `end`, keeping angles: the frame of a leaf, a limb, a feather.
  static Affine frame(Vec2 origin, Vec2 end);
};

/// First `inner`, then `outer`.
Affine operator*(const Affine& outer, const Affine& inner);
/// Precondition: determinant() != 0.
Affine inverse(const Affine& map);

/// A closed polygon. Overlapping turns of the same orientation count once, of opposite orientation cancel
/// (holes).
using Outline = std::vector<Vec2>;

Outline transformed(const Outline& outline, const Affine& map);

Outline box(float left, float top, float right, float bottom);
Outline ellipse(Vec2 centre, float radius_x, float radius_y, float turns = 0);
Outline circle(Vec2 centre, float radius);
/// A disc with a round hole.
Outline ring(Vec2 centre, float outer, float inner);
/// The polygon with each corner rounded by an arc that starts `radius` before it (less where sides are
/// short).
Outline rounded(const Outline& polygon, float radius);
Outline rounded_box(float left, float top, float right, float bottom, float radius);
/// A smooth closed curve through the points (Catmull-Rom).
Outline blob(const Outline& through);
/// A capsule from a to b whose radius goes from radius_a to radius_b.
Outline limb(Vec2 a, Vec2 b, float radius_a, float radius_b);
/// A smooth open curve through the points (Catmull-Rom), as points.
Outline curve(const Outline& through);
/// A stroke along curve(through) whose half width goes from start to end; round ends.
Outline ribbon(const Outline& through, float start, float end);
/// A pointed leaf from base to tip. `width` is its largest half width, `belly` in (0, 1) says where along the
/// axis it lies; `bend` moves the middle sideways.
Outline leaf_shape(Vec2 base, Vec2 tip, float width, float belly, float bend);

/// The outline with sides longer than `step` divided, so that a smooth warp of its points bends straight
/// sides too.
Outline subdivided(const Outline& outline, float step);

}  // namespace ibot::data::parts
