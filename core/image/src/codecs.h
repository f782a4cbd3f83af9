// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/image/decode.h>

namespace ibot::image::internal {

/// Corrupt or Unsupported if a picture of that size must not be decoded.
base::Status check_size(Format format, std::uint64_t width, std::uint64_t height, const DecodeLimits& limits);

/// The decoders behind decode(). `image` null: stop after the header, only `info` is filled.
base::Status decode_jpeg(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info,
                         Image* image);
base::Status decode_png(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info,
                        Image* image);

}  // namespace ibot::image::internal
