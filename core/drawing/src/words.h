// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/picture.h>
#include <ibot/protocol/views.h>

#include <span>
#include <string>

namespace ibot::drawing {

/// At most so many decimals, without trailing zeros.
std::string rounded(double value, int decimals);

inline figure::PictureView view_of(const protocol::SeenPicture& picture) {
  return {picture.width, picture.height, picture.pixels};
}

/// Whether they are of several runs or files, so that moments alone do not tell them apart.
bool several_names(std::span<const protocol::SeenNetwork> networks);
/// "teacher \u00b7 step 63", with `named` "live \u00b7 teacher \u00b7 step 63".
std::string label_of(const protocol::SeenNetwork& network, bool named);
/// "demo \u00b7 teacher \u00b7 step 400 and other \u00b7 teacher \u00b7 step 63".
std::string label_of_both(const protocol::SeenNetwork& first, const protocol::SeenNetwork& second);

/// "1 picture", "2,000 pictures"; `plural`: what more than one end in.
std::string counted(std::int64_t count, const std::string& what, const char* plural = "s");

/// "the CLS token", "the patch in row 3, column 5": from 0, as options and files count them.
std::string place_text(const protocol::PatchPlace& place);

/// " Seen at 192 x 192 px."; of several sizes " Seen at up to 224 x 192 px."; empty: of none.
std::string sizes_sentence(std::span<const protocol::SeenPicture> pictures);

}  // namespace ibot::drawing
