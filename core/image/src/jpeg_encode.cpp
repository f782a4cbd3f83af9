// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/error.h>
#include <ibot/base/text.h>
#include <ibot/image/encode.h>

#include <jpeglib.h>

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>

namespace ibot::image {
namespace {

using base::ErrorCode;
using base::Exception;

constexpr int kMaxSide = 65500;  // JPEG_MAX_DIMENSION

/// One compression. libjpeg's errors (memory, in practice) jump back into run(), which holds no object with a
/// destructor.
class JpegEncoder {
 public:
  JpegEncoder() {
    jpeg_.err = jpeg_std_error(&errors_);
    jpeg_.client_data = this;
    errors_.error_exit = [](j_common_ptr common) {
      std::longjmp(static_cast<JpegEncoder*>(common->client_data)->jump_, 1);
    };
    errors_.output_message = [](j_common_ptr) {};
  }
  ~JpegEncoder() {
    jpeg_destroy_compress(&jpeg_);
    std::free(out_);
  }
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  std::vector<std::byte> encode(const Image& image, int quality) {
    if (!run(image, quality)) {
      throw Exception(
          {ErrorCode::OutOfMemory,
           base::str("could not encode a JPEG of ", image.width(), " x ", image.height(), " pixels"), "",
           ""});
    }
    const auto* first = reinterpret_cast<const std::byte*>(out_);
    return {first, first + size_};
  }

 private:
  bool run(const Image& image, int quality) {
    if (setjmp(jump_) != 0) return false;
    jpeg_create_compress(&jpeg_);
    jpeg_mem_dest(&jpeg_, &out_, &size_);
    jpeg_.image_width = static_cast<JDIMENSION>(image.width());
    jpeg_.image_height = static_cast<JDIMENSION>(image.height());
    jpeg_.input_components = Image::kChannels;
    jpeg_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg_);
    jpeg_set_quality(&jpeg_, quality, TRUE);
    jpeg_.dct_method = JDCT_ISLOW;
    jpeg_start_compress(&jpeg_, TRUE);
    while (jpeg_.next_scanline < jpeg_.image_height) {
      auto* row = const_cast<JSAMPROW>(image.row(static_cast<int>(jpeg_.next_scanline)));  // read only
      jpeg_write_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_compress(&jpeg_);
    return true;
  }

  jpeg_compress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf jump_{};
  unsigned char* out_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  if (image.bytes() == 0 || image.width() > kMaxSide || image.height() > kMaxSide || quality < 1 ||
      quality > 100) {
    throw Exception({ErrorCode::InvalidArgument,
                     base::str("cannot encode a JPEG of ", image.width(), " x ", image.height(),
                               " pixels with quality ", quality),
                     base::str("1 to ", kMaxSide, " pixels a side, quality 1 to 100"), ""});
  }
  return JpegEncoder().encode(image, quality);
}

}  // namespace ibot::image
