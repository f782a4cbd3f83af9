// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/planes.h>
#include <ibot/image/simd.h>

#include <cstdint>
#include <vector>

namespace ibot::image {

namespace internal {
struct BoxFilter;
}

/// Pillow's GaussianBlur: three extended box filters along rows, then three along columns, which together
/// have the variance sigma^2 (Gwosdek et al., SSVM 2011). Each is integer arithmetic with 24 bits of
/// fraction, rounded to bytes; beyond the border the nearest pixel counts.
///
/// Holds work space: keep one per thread. Not thread-safe.
class IBOT_API GaussianBlur {
 public:
  /// `level` must be one of supported_simd_levels().
  explicit GaussianBlur(SimdLevel level = best_simd_level()) : level_(level) {}

  /// Blurs in place. `sigma` in pixels, finite and at least 0 (0: nothing happens); at most 1000, else
  /// Exception (InvalidArgument). Time grows with sigma: made for a few pixels.
  void apply(const Planes& planes, float sigma);

 private:
  void along_rows(std::uint8_t* plane, int columns, int rows, const internal::BoxFilter& filter);
  void along_columns(std::uint8_t* plane, int columns, int rows, const internal::BoxFilter& filter);
  std::uint8_t* work_space(std::size_t bytes);

  SimdLevel level_;
  std::vector<std::uint8_t> work_;
  std::vector<const std::uint8_t*> taps_;
};

}  // namespace ibot::image
