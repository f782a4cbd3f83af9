// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cairo_handle.h"

#include <ibot/figure/figure.h>

#include <functional>
#include <string>
#include <vector>

namespace ibot::figure {

/// What a Figure holds: every drawing command, replayed onto the surface of each format. (cairo has recording
/// surfaces for that; version 1.16 never frees one that was replayed onto an SVG.)
struct Figure::Drawing {
  std::vector<std::function<void(cairo_t*)>> commands;
  int width = 0;
  int height = 0;
  std::string title;
};

}  // namespace ibot::figure
