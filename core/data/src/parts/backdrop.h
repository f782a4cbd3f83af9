// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "painter.h"

namespace ibot::data::parts {

/// What the things in a scene need to know of its background.
struct Backdrop {
  Lab ground;            ///< colour of ground, floor or water
  float horizon = 0.6F;  ///< height of its upper edge, share of the picture
};

/// Fills the canvas: one of a few calm kinds (hills, mountains, lake, room, yard, paper), drawn without
/// regard to the class, with light, horizon and colours drawn anew each time. Calm in chroma and detail, but
/// different from top to bottom and from side to side, so that two crops of a scene do not share a colour.
Backdrop paint_backdrop(Painter& painter, Draw& draw, const Palette& palette);

}  // namespace ibot::data::parts
