// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/protocol/views.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ibot::inspect {

/// One object or part of a picture, as a mask of the view's pixels.
struct Region {
  std::int64_t kind = 0;           ///< class of a polygon, colour of a mask: equal for things of one kind
  std::vector<std::uint8_t> mask;  ///< [height * width], 1 = inside
  std::int64_t area = 0;           ///< px
};

/// A picture file beside its file of masks.
struct MaskedPicture {
  std::filesystem::path picture, masks;
};

/// Pictures below one folder for which there is a file of the same name below the other: in the same place
/// below it, or the only one of that name. Sorted. Errors: NotFound (a folder, or no pair).
base::Result<std::vector<MaskedPicture>> find_masked_pictures(const std::filesystem::path& pictures,
                                                              const std::filesystem::path& masks);

/// The regions of a file of masks, brought to a view of width x height as the picture was (nearest pixel).
/// PNG or JPEG: each colour but black is a region; TXT: YOLO polygons, "class x y x y ..." with coordinates
/// in [0, 1], each line is one. Errors: those of reading, Corrupt (a line that is none).
base::Result<std::vector<Region>> read_regions(const std::filesystem::path& file, int width, int height,
                                               protocol::PictureChoice::Fit fit, int picture_width,
                                               int picture_height);

}  // namespace ibot::inspect
