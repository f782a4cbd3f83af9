// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ibot::image {

/// The picture as a PNG file: 8-bit RGB, no time stamp or other text. The same pixels give the same bytes on
/// every machine with the same zlib. Throws Exception (InvalidArgument) for an empty picture.
IBOT_API std::vector<std::byte> encode_png(const Image& image);

/// A plane of 8-bit values [height, width] (labels, masks) as a grey PNG.
/// Throws Exception (InvalidArgument) if `values` does not hold width * height > 0 values.
IBOT_API std::vector<std::byte> encode_png_grey(std::span<const std::uint8_t> values, int width, int height);

/// The picture as a baseline JPEG file with 2x2 chroma subsampling, `quality` from 1 to 100.
/// Throws Exception (InvalidArgument) for an empty picture, a side above 65,500 or another quality.
IBOT_API std::vector<std::byte> encode_jpeg(const Image& image, int quality = 90);

}  // namespace ibot::image
