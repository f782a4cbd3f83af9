// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cairo_handle.h"

#include <ibot/figure/figure.h>

#include <string>

namespace ibot::figure {

/// What a Figure holds: the recorded drawing, replayed onto the surface of each format.
struct Figure::Drawing {
  Surface recording;
  int width = 0;
  int height = 0;
  std::string title;
};

}  // namespace ibot::figure
