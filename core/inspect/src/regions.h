// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/nn/backbone.h>
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

/// The share of each patch [grid.patches()] that a mask of a view `width` px wide covers.
std::vector<double> coverage(const std::vector<std::uint8_t>& mask, int width, const nn::TokenGrid& grid,
                             int patch);

/// Of each patch the kind of the region that covers most of it, at least half; -1: none. [grid.patches()].
std::vector<std::int64_t> kinds_of_patches(const std::vector<Region>& regions, int width,
                                           const nn::TokenGrid& grid, int patch);

/// The regions of the file of masks that lies beside a picture as data sets have them, for a view of it:
/// "masks/a/b.png" for "a/b.jpg" in any folder above it (PNG or TXT), or "labels" where the picture's path
/// says "images". Errors: NotFound (no such file), those of read_regions().
base::Result<std::vector<Region>> regions_beside(const std::filesystem::path& picture, int width, int height,
                                                 protocol::PictureChoice::Fit fit);

}  // namespace ibot::inspect
