// SPDX-License-Identifier: GPL-3.0-or-later
#include "codecs.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace ibot::image {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

struct Signature {
  std::string_view bytes;
  std::string_view name;
};

// Formats that people have, so that the message can name what the file is.
constexpr std::array kForeignFormats = {
    Signature{"GIF8", "a GIF picture"},       Signature{"BM", "a BMP picture"},
    Signature{"II*\0", "a TIFF picture"},     Signature{std::string_view("MM\0*", 4), "a TIFF picture"},
    Signature{"RIFF", "a RIFF file (WebP?)"}, Signature{"%PDF", "a PDF document"},
    Signature{"PK\x03\x04", "a zip archive"}, Signature{"\x1f\x8b", "a gzip archive"},
    Signature{"<svg", "an SVG picture"},      Signature{"<!DOCTYPE", "an HTML page"},
    Signature{"<html", "an HTML page"},
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<Format> format_of(std::span<const std::byte> file) {
  const std::string_view text = text_of(file);
  if (text.starts_with("\xff\xd8\xff")) return Format::Jpeg;
  if (text.starts_with(std::string_view("\x89PNG\r\n\x1a\n", 8))) return Format::Png;
  return std::nullopt;
}

Error unknown_format(std::span<const std::byte> file) {
  if (file.empty()) {
    return {ErrorCode::Corrupt, "the file is empty (0 bytes)", "a JPEG or PNG picture",
            "copy the file again"};
  }
  const std::string_view text = text_of(file);
  for (const Signature& signature : kForeignFormats) {
    if (text.starts_with(signature.bytes)) {
      return {ErrorCode::Unsupported, base::str("the file is ", signature.name), "a JPEG or PNG picture",
              "convert it"};
    }
  }
  return {ErrorCode::Unsupported,
          base::str("the file is not a picture: it begins with ", base::quote_untrusted(text.substr(0, 16))),
          "a JPEG or PNG picture (told by content, not by name)", ""};
}

Status decode_any(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info,
                  Image* image) {
  const std::optional<Format> format = format_of(file);
  if (!format) return unknown_format(file);
  info.format = *format;
  return *format == Format::Jpeg ? internal::decode_jpeg(file, limits, info, image)
                                 : internal::decode_png(file, limits, info, image);
}

}  // namespace

namespace internal {

Status check_size(Format format, std::uint64_t width, std::uint64_t height, const DecodeLimits& limits) {
  const std::string what = base::str(to_string(format), " of ", width, " x ", height, " pixels");
  if (width == 0 || height == 0) return Error{ErrorCode::Corrupt, what, "at least 1 x 1", ""};
  const auto side = static_cast<std::uint64_t>(limits.side);
  if (width > side || height > side) {
    return Error{ErrorCode::Unsupported, what, base::str("sides of at most ", limits.side, " pixels"),
                 "shrink it"};
  }
  if (width * height > static_cast<std::uint64_t>(limits.pixels)) {
    return Error{ErrorCode::Unsupported, what,
                 base::str("at most ", base::format_count(limits.pixels), " pixels"), "shrink it"};
  }
  return {};
}

}  // namespace internal

std::string_view to_string(Format format) {
  switch (format) {
    case Format::Jpeg:
      return "JPEG";
    case Format::Png:
      return "PNG";
  }
  return "unknown";
}

Status decode(std::span<const std::byte> file, Image& image, const DecodeLimits& limits) {
  ImageInfo info;
  return decode_any(file, limits, info, &image);
}

base::Result<ImageInfo> probe(std::span<const std::byte> file, const DecodeLimits& limits) {
  ImageInfo info;
  IBOT_CHECK_OK(decode_any(file, limits, info, nullptr));
  return info;
}

base::Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits) {
  IBOT_TRY(const std::vector<std::byte> file, base::read_file(path, limits.file_bytes));
  Image image;
  if (Status status = decode(file, image, limits); !status) {
    return status.error().with_context(path.string());
  }
  return image;
}

}  // namespace ibot::image
