// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/picture.h>
#include <ibot/protocol/views.h>

#include <string>

namespace ibot::drawing {

/// At most so many decimals, without trailing zeros.
std::string rounded(double value, int decimals);

inline figure::PictureView view_of(const protocol::SeenPicture& picture) {
  return {picture.width, picture.height, picture.pixels};
}

}  // namespace ibot::drawing
