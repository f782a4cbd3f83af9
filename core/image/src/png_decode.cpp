// SPDX-License-Identifier: GPL-3.0-or-later
#include "codecs.h"

#include <ibot/base/text.h>

#include <png.h>

#include <array>
#include <csetjmp>
#include <cstring>
#include <vector>

namespace ibot::image::internal {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

/// One decompression. As in the JPEG decoder, errors jump back into run(), which holds no object with a
/// destructor.
class PngDecoder {
 public:
  PngDecoder(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info, Image* image)
      : file_(file), limits_(limits), info_(info), image_(image) {}
  ~PngDecoder() { png_destroy_read_struct(&png_, &header_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  Status decode() {
    png_ = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, this,
        [](png_structp png, png_const_charp message) {
          static_cast<PngDecoder*>(png_get_error_ptr(png))->fail(message);
        },
        [](png_structp, png_const_charp) {});
    if (png_ != nullptr) header_ = png_create_info_struct(png_);
    if (header_ == nullptr) return Error{ErrorCode::OutOfMemory, "libpng could not start", "", ""};
    if (run()) return size_;
    const std::string reason = base::quote_untrusted(message_.data(), 200);
    if (truncated_) {
      return Error{ErrorCode::Corrupt,
                   base::str("the PNG is cut off: its ", file_.size(), " bytes end before the picture does"),
                   "a complete file", "copy the file again"};
    }
    return Error{ErrorCode::Corrupt, base::str("the PNG is damaged: ", reason), "a valid file",
                 "copy the file again"};
  }

 private:
  [[noreturn]] void fail(const char* message) {
    std::strncpy(message_.data(), message, message_.size() - 1);
    std::longjmp(jump_, 1);
  }

  void read(png_bytep out, std::size_t count) {
    if (count > file_.size() - position_) {
      truncated_ = true;
      fail("end of file");
    }
    std::memcpy(out, file_.data() + position_, count);
    position_ += count;
  }

  /// False after a fatal error. Stops without one when the size is refused (size_) or the header is enough.
  bool run() {
    if (setjmp(jump_) != 0) return false;
    png_set_read_fn(png_, this, [](png_structp png, png_bytep out, std::size_t count) {
      static_cast<PngDecoder*>(png_get_io_ptr(png))->read(out, count);
    });
    // Our own limits, with words, come after the header.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // No colour profile, text or other extra is wanted: none is unpacked.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kIgnored, kIgnoredCount);
    png_read_info(png_, header_);
    const png_uint_32 width = png_get_image_width(png_, header_);
    const png_uint_32 height = png_get_image_height(png_, header_);
    size_ = check_size(Format::Png, width, height, limits_);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    if (!size_ || image_ == nullptr) return true;

    const bool grey = (png_get_color_type(png_, header_) & PNG_COLOR_MASK_COLOR) == 0;
    png_set_strip_16(png_);
    png_set_expand(png_);
    if (grey) png_set_gray_to_rgb(png_);
    png_set_strip_alpha(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, header_);
    if (png_get_rowbytes(png_, header_) != static_cast<std::size_t>(width) * Image::kChannels) {
      fail("unexpected size of a row");
    }
    image_->reshape(info_.width, info_.height);
    rows_.resize(height);
    for (png_uint_32 y = 0; y < height; ++y) rows_[y] = image_->row(static_cast<int>(y));
    png_read_image(png_, rows_.data());
    return true;
  }

  static constexpr png_byte kIgnored[] =
      "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
      "sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
  static constexpr int kIgnoredCount = static_cast<int>(sizeof(kIgnored) / 5);

  std::span<const std::byte> file_;
  const DecodeLimits& limits_;
  ImageInfo& info_;
  Image* image_;
  png_structp png_ = nullptr;
  png_infop header_ = nullptr;
  std::jmp_buf jump_{};
  std::array<char, 200> message_{};
  std::vector<png_bytep> rows_;
  Status size_;
  std::size_t position_ = 0;
  bool truncated_ = false;
};

}  // namespace

Status decode_png(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info,
                  Image* image) {
  return PngDecoder(file, limits, info, image).decode();
}

}  // namespace ibot::image::internal
