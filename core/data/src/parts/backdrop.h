// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "painter.h"

namespace ibot::data::parts {

/// What the things in a scene need to know of its background.
struct Backdrop {
  float horizon = 0.6F;  ///< where things stand begins here: share of the picture's height
};

/// Fills the canvas with washed paper: a blend of two quiet colours of the palette, clouds, a few faint
/// blots. Drawn without regard to the class, and with so little in it that a background says little about
/// which scene it belongs to: otherwise two views of a scene are matched by it, and the object is not learnt.
Backdrop paint_backdrop(Painter& painter, Draw& draw, const Palette& palette);

}  // namespace ibot::data::parts
