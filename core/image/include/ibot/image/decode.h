// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace ibot::image {

/// What is refused before any pixel memory is taken.
struct DecodeLimits {
  int side = 30000;                                   ///< px, width and height each
  std::int64_t pixels = 100'000'000;                  ///< width * height
  std::uint64_t file_bytes = std::uint64_t{1} << 30;  ///< for read_image
};

enum class Format : std::uint8_t { Jpeg = 1, Png };

IBOT_API std::string_view to_string(Format format);

/// What a file's header says.
struct ImageInfo {
  Format format = Format::Jpeg;
  int width = 0;
  int height = 0;
};

/// Decodes a whole JPEG or PNG file in memory to 8-bit RGB, into `image` (its memory is reused; its content
/// is unspecified after an error). The kind of file is told by its first bytes, never by a name.
///
/// The pixels are those of Pillow's `Image.open(file).convert("RGB")` (with its libjpeg-turbo: exact integer
/// inverse DCT, smooth chroma upsampling): grey is copied to three channels, alpha and transparency are
/// dropped, palettes are looked up, CMYK and YCCK are converted with Adobe's inverted inks. One difference,
/// on purpose: of a 16-bit grey PNG the upper byte is taken, as Pillow does for 16-bit colour; Pillow clips
/// such a file to white. An orientation noted in EXIF is not applied, as in Pillow and torchvision's
/// ImageFolder.
///
/// Errors: Corrupt (empty, cut off or damaged file), Unsupported (not a JPEG or PNG, a variant that cannot be
/// read, or larger than `limits`). A JPEG that misses its end, be it only the end marker, is cut off, a PNG
/// if pixels are missing; other damage that libjpeg can step over is not reported: all as in Pillow. Any
/// thread; no state is shared.
IBOT_API base::Status decode(std::span<const std::byte> file, Image& image, const DecodeLimits& limits = {});

/// Size and format from the header alone. Errors as decode().
IBOT_API base::Result<ImageInfo> probe(std::span<const std::byte> file, const DecodeLimits& limits = {});

/// Reads and decodes a file. Errors as base::read_file and decode(), with the path in front.
IBOT_API base::Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits = {});

}  // namespace ibot::image
