// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "geometry.h"
#include "material.h"
#include "painter.h"
#include "vocabulary.h"

#include <vector>

namespace ibot::data::parts {

/// An object as a list of shapes, far to near, in coordinates of its own: about [-1, 1] each way, y down,
/// facing right. Made first and placed afterwards, so that its size can be chosen from the area that it
/// really covers.
class Figure {
 public:
  struct Piece {
    Part part = Part::Background;
    Outline outline;
    Material material;
    Affine frame;        ///< texture coordinates -> figure coordinates
    float lift = 0;      ///< cast shadow on what lies below, figure units
    float softness = 1;  ///< see Shape
  };

  Figure(Draw& draws, const Palette& colours) : draw(draws), palette(colours) {}

  /// The last piece is the nearest. The reference is good until the next call.
  Piece& add(Part part, Outline outline, Material material);
  /// The same with texture coordinates of its own.
  Piece& add(Part part, Outline outline, Material material, const Affine& frame);

  Draw& draw;
  const Palette& palette;
  /// Applied to all that is added: articulation of a group of pieces.
  Affine pen;

  std::vector<Piece>& pieces() { return pieces_; }
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

/// Each adds one object in a drawn build, pose and dress to the figure.
void draw_car(Figure& figure);
void draw_bus(Figure& figure);
void draw_bicycle(Figure& figure);
void draw_aeroplane(Figure& figure);
void draw_house(Figure& figure);
void draw_sailing_boat(Figure& figure);
void draw_tree(Figure& figure);
void draw_flower(Figure& figure);
void draw_dog(Figure& figure);
void draw_bird(Figure& figure);
void draw_fish(Figure& figure);
void draw_butterfly(Figure& figure);

/// Parts that several kinds of object share.
void add_wheel(Figure& figure, Vec2 centre, float radius, const Material& tyre, const Material& rim,
               bool spokes);
void add_window(Figure& figure, const Outline& outline, const Material& glass, const Material& frame,
                float frame_width);
void add_leaf(Figure& figure, Vec2 base, Vec2 tip, float width, const Material& leaf);
void add_eye(Figure& figure, Vec2 centre, float radius);

}  // namespace ibot::data::parts
