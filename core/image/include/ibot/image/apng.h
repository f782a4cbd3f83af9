// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/image/image.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ibot::image {

/// An animated PNG, frame by frame (https://www.w3.org/TR/png-3/, chunks acTL, fcTL and fdAT). Programs that
/// know no APNG show its first frame. One frame's memory beside what is already packed. Any one thread.
///
///   ApngEncoder movie;
///   for (const Image& frame : frames) IBOT_CHECK_OK(movie.add(frame, 100));
///   IBOT_TRY(const auto bytes, movie.finish());
class IBOT_API ApngEncoder {
 public:
  /// `milliseconds`: how long it is shown, 1 to 60,000. Errors: InvalidArgument (an empty picture, one of
  /// another size than the first, a time out of range, 2^30 chunks).
  base::Status add(const Image& frame, int milliseconds);
  int frames() const { return frames_; }
  /// The file: it plays for ever. Errors: InvalidArgument (no frame).
  base::Result<std::vector<std::byte>> finish() const;

 private:
  int width_ = 0, height_ = 0, frames_ = 0;
  std::uint32_t sequence_ = 0;     ///< of fcTL and fdAT chunks together
  std::vector<std::byte> header_;  ///< signature and IHDR
  std::vector<std::byte> body_;    ///< fcTL, IDAT, fcTL, fdAT, ...
};

}  // namespace ibot::image
