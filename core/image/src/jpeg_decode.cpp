// SPDX-License-Identifier: GPL-3.0-or-later
#include "codecs.h"

#include <ibot/base/text.h>

#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE
#include <vector>

namespace ibot::image::internal {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

// A progressive file may repeat scans without end, and each costs a pass over the whole picture.
constexpr int kMaxScans = 200;
// Coefficients of a progressive picture at the pixel limit, three components of 16 bits.
constexpr long kMaxWorkBytes = 1L << 30;

/// One decompression. libjpeg reports a fatal error by a call that must not return; it jumps back into run().
/// Only C frames lie between, and run() holds no object with a destructor, so that nothing is skipped.
class JpegDecoder {
 public:
  JpegDecoder(const DecodeLimits& limits, ImageInfo& info, Image* image)
      : limits_(limits), info_(info), image_(image) {
    jpeg_.err = jpeg_std_error(&errors_);
    jpeg_.client_data = this;
    errors_.error_exit = [](j_common_ptr common) { self(common).fail(common->err->msg_code); };
    errors_.emit_message = [](j_common_ptr common, int level) {
      if (level < 0) self(common).warn(common->err->msg_code);
    };
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = [](j_common_ptr common) {
      const auto& jpeg = *reinterpret_cast<j_decompress_ptr>(common);
      if (jpeg.input_scan_number > kMaxScans) self(common).fail(JERR_CANT_SUSPEND);
    };
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&jpeg_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  Status decode(std::span<const std::byte> file) {
    const bool finished = run(file);
    if (truncated_) return cut_off(file.size());
    if (!finished) return failure();
    return size_;
  }

 private:
  static JpegDecoder& self(j_common_ptr common) { return *static_cast<JpegDecoder*>(common->client_data); }

  [[noreturn]] void fail(int code) {
    failed_code_ = code;
    jpeg_.err->format_message(reinterpret_cast<j_common_ptr>(&jpeg_), message_.data());
    std::longjmp(jump_, 1);
  }

  void warn(int code) {
    if (code == JWRN_JPEG_EOF) truncated_ = true;
  }

  /// False after a fatal error. Stops without one when the size is refused (size_) or the header is enough.
  bool run(std::span<const std::byte> file) {
    if (setjmp(jump_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.mem->max_memory_to_use = kMaxWorkBytes;
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&jpeg_, TRUE);
    info_.width = static_cast<int>(jpeg_.image_width);
    info_.height = static_cast<int>(jpeg_.image_height);
    size_ = check_size(Format::Jpeg, jpeg_.image_width, jpeg_.image_height, limits_);
    if (!size_ || image_ == nullptr) return true;

    const bool inks = jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
    jpeg_.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg_.dct_method = JDCT_ISLOW;
    jpeg_.do_fancy_upsampling = TRUE;
    jpeg_start_decompress(&jpeg_);
    image_->reshape(info_.width, info_.height);
    if (inks) {
      read_inks();
    } else {
      read_rgb();
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  void read_rgb() {
    // Several rows a call; libjpeg gives as many as it has.
    std::array<JSAMPROW, 16> rows;
    while (jpeg_.output_scanline < jpeg_.output_height) {
      const unsigned left = jpeg_.output_height - jpeg_.output_scanline;
      const unsigned count = left < rows.size() ? left : static_cast<unsigned>(rows.size());
      for (unsigned i = 0; i < count; ++i) rows[i] = image_->row(static_cast<int>(jpeg_.output_scanline + i));
      jpeg_read_scanlines(&jpeg_, rows.data(), count);
    }
  }

  /// Adobe stores inks inverted, 255 being no ink, and so does everybody else. With c, k in that sense the
  /// ink C = 255 - c covers its share of the light k that black lets through: R = k - C * k / 255, rounded as
  /// Pillow does.
  void read_inks() {
    inks_.resize(static_cast<std::size_t>(info_.width) * 4);
    JSAMPROW row = inks_.data();
    while (jpeg_.output_scanline < jpeg_.output_height) {
      std::uint8_t* out = image_->row(static_cast<int>(jpeg_.output_scanline));
      jpeg_read_scanlines(&jpeg_, &row, 1);
      for (int x = 0; x < info_.width; ++x) {
        const int light = inks_[static_cast<std::size_t>(4 * x + 3)];
        for (int channel = 0; channel < 3; ++channel) {
          const int product = (255 - inks_[static_cast<std::size_t>(4 * x + channel)]) * light + 128;
          const int covered = ((product >> 8) + product) >> 8;
          *out++ = static_cast<std::uint8_t>(light > covered ? light - covered : 0);
        }
      }
    }
  }

  static Error cut_off(std::size_t bytes) {
    return {ErrorCode::Corrupt,
            base::str("the JPEG is cut off: its ", bytes, " bytes end before the picture does"),
            "a file that ends with the marker FF D9", "copy the file again"};
  }

  Error failure() const {
    const std::string reason = base::quote_untrusted(message_.data(), 200);
    switch (failed_code_) {
      case JERR_CANT_SUSPEND:
        return {ErrorCode::Unsupported, base::str("the JPEG has more than ", kMaxScans, " scans"),
                "a baseline or ordinary progressive file", "save it again"};
      case JERR_NO_BACKING_STORE:
      case JERR_OUT_OF_MEMORY:
        return {ErrorCode::Unsupported, base::str("the JPEG needs too much memory: ", reason),
                base::str("at most ", base::format_bytes(kMaxWorkBytes), " of work space"), "shrink it"};
      case JERR_CONVERSION_NOTIMPL:
      case JERR_BAD_PRECISION:
      case JERR_SOF_UNSUPPORTED:
      case JERR_ARITH_NOTIMPL:
        return {ErrorCode::Unsupported, base::str("this kind of JPEG cannot be read: ", reason),
                "8 bits, grey, RGB, YCbCr, CMYK or YCCK", "convert it"};
      default:
        return {ErrorCode::Corrupt, base::str("the JPEG is damaged: ", reason), "a valid file",
                "copy the file again"};
    }
  }

  const DecodeLimits& limits_;
  ImageInfo& info_;
  Image* image_;
  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf jump_{};
  std::array<char, JMSG_LENGTH_MAX> message_{};
  std::vector<std::uint8_t> inks_;
  Status size_;
  int failed_code_ = 0;
  bool truncated_ = false;
};

}  // namespace

Status decode_jpeg(std::span<const std::byte> file, const DecodeLimits& limits, ImageInfo& info,
                   Image* image) {
  return JpegDecoder(limits, info, image).decode(file);
}

}  // namespace ibot::image::internal
