// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "painter.h"

namespace ibot::data::parts {

/// The colours of a drawn backdrop that things in it share.
struct Backdrop {
  Lab far;               ///< sky, wall
  Lab near;              ///< ground, floor, water
  float horizon = 0.6F;  ///< height of the line between them, share of the picture
};

/// Fills the canvas: one of a few calm kinds (hills, lake, room, paper, mountains, yard), drawn without
/// regard to the class, with the light, the horizon and the colours drawn anew each time.
Backdrop paint_backdrop(Painter& painter, Draw& draw, const Palette& palette);

/// Small things that belong to no class: stones, tufts of grass, boxes, balls.
void paint_clutter(Painter& painter, Draw& draw, const Palette& palette, const Backdrop& backdrop);

/// Things in front of the object, which hide some of it: posts, a fence, blades of grass, a leafy branch,
/// snow.
void paint_foreground(Painter& painter, Draw& draw, const Palette& palette, const Backdrop& backdrop);

}  // namespace ibot::data::parts
