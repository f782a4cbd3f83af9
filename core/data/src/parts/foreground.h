// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backdrop.h"
#include "colour.h"
#include "draw.h"
#include "painter.h"

namespace ibot::data::parts {

/// Small things around the object that belong to no class: stones, tufts of grass, boxes, balls.
void paint_clutter(Painter& painter, Draw& draw, const Palette& palette, const Backdrop& backdrop);

/// In half of the scenes, things in front of the object that hide some of it: posts, a fence, blades of
/// grass, a leafy branch, snow.
void paint_foreground(Painter& painter, Draw& draw, const Palette& palette);

}  // namespace ibot::data::parts
