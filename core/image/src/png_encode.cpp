// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/error.h>
#include <ibot/base/text.h>
#include <ibot/image/encode.h>

#include <png.h>

#include <csetjmp>

namespace ibot::image {
namespace {

using base::ErrorCode;
using base::Exception;

/// One compression. libpng's errors (memory, in practice) jump back into run(), which holds no object with a
/// destructor.
class PngEncoder {
 public:
  PngEncoder(const std::uint8_t* pixels, int width, int height, int channels)
      : pixels_(pixels), width_(width), height_(height), channels_(channels) {}
  ~PngEncoder() { png_destroy_write_struct(&png_, &header_); }
  PngEncoder(const PngEncoder&) = delete;
  PngEncoder& operator=(const PngEncoder&) = delete;

  std::vector<std::byte> encode() {
    png_ = png_create_write_struct(
        PNG_LIBPNG_VER_STRING, this,
        [](png_structp png, png_const_charp) {
          std::longjmp(static_cast<PngEncoder*>(png_get_error_ptr(png))->jump_, 1);
        },
        [](png_structp, png_const_charp) {});
    if (png_ != nullptr) header_ = png_create_info_struct(png_);
    if (header_ == nullptr || !run()) {
      throw Exception({ErrorCode::OutOfMemory,
                       base::str("could not encode a PNG of ", width_, " x ", height_, " pixels"), "", ""});
    }
    return std::move(out_);
  }

 private:
  bool run() {
    if (setjmp(jump_) != 0) return false;
    png_set_write_fn(
        png_, this,
        [](png_structp png, png_bytep bytes, std::size_t count) {
          auto& out = static_cast<PngEncoder*>(png_get_io_ptr(png))->out_;
          const auto* first = reinterpret_cast<const std::byte*>(bytes);
          out.insert(out.end(), first, first + count);
        },
        [](png_structp) {});
    png_set_IHDR(png_, header_, static_cast<png_uint_32>(width_), static_cast<png_uint_32>(height_), 8,
                 channels_ == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png_, 6);
    png_write_info(png_, header_);
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(width_) * channels_;
    for (int y = 0; y < height_; ++y) png_write_row(png_, pixels_ + y * stride);
    png_write_end(png_, nullptr);
    return true;
  }

  const std::uint8_t* pixels_;
  int width_;
  int height_;
  int channels_;
  png_structp png_ = nullptr;
  png_infop header_ = nullptr;
  std::jmp_buf jump_{};
  std::vector<std::byte> out_;
};

[[noreturn]] void refuse(int width, int height) {
  throw Exception({ErrorCode::InvalidArgument,
                   base::str("cannot encode a PNG of ", width, " x ", height, " pixels"),
                   "at least 1 x 1, and as many values as pixels", ""});
}

}  // namespace

std::vector<std::byte> encode_png(const Image& image) {
  if (image.bytes() == 0) refuse(image.width(), image.height());
  return PngEncoder(image.data(), image.width(), image.height(), Image::kChannels).encode();
}

std::vector<std::byte> encode_png_grey(std::span<const std::uint8_t> values, int width, int height) {
  if (width <= 0 || height <= 0 ||
      values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    refuse(width, height);
  }
  return PngEncoder(values.data(), width, height, 1).encode();
}

}  // namespace ibot::image
