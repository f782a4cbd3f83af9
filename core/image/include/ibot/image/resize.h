// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/planes.h>
#include <ibot/image/simd.h>

#include <cstdint>
#include <memory>

namespace ibot::image {

/// The kernel that weighs source pixels, widened by the scale when shrinking (so that it filters).
enum class Filter : std::uint8_t {
  Bilinear = 1,  ///< triangle, support 1
  Bicubic,       ///< Keys with a = -0.5, support 2
  Lanczos,       ///< sinc(x) sinc(x / 3), support 3
};

/// What to resize to what.
struct ResizeRequest {
  Box box = {};   ///< part of the source; pixels outside it are not seen, as after a crop
  int width = 0;  ///< size to which the box is scaled
  int height = 0;
  Filter filter = Filter::Bicubic;
  Box window = {};    ///< part of the result to compute; empty: all of it
  bool flip = false;  ///< mirror what is computed, left to right
};

/// Crop and resize with the bytes of Pillow's `image.crop(box).resize((width, height), filter)`: weights in
/// double precision, normalised, rounded to 22-bit fixed point; horizontal pass, 8-bit intermediate, vertical
/// pass, each rounded and clipped.
///
/// Holds work space that grows to the largest request: keep one per thread. Not thread-safe.
///
///   Resizer resizer;
///   resizer.resize(picture, {.box = {10, 20, 200, 150}, .width = 224, .height = 224}, crop);
///
/// All functions throw Exception (InvalidArgument) when the box does not lie in the source, a size is not
/// positive, the window does not lie in the result, or `out` has another size than the window.
class IBOT_API Resizer {
 public:
  /// `level` must be one of supported_simd_levels().
  explicit Resizer(SimdLevel level = best_simd_level());
  ~Resizer();
  Resizer(Resizer&&) noexcept;
  Resizer& operator=(Resizer&&) noexcept;

  /// Interleaved. `out` is reshaped to the window; it must not be `source`.
  void resize(const Image& source, const ResizeRequest& request, Image& out);

  /// As planes, which have the window's size.
  void resize(const Image& source, const ResizeRequest& request, const Planes& out);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

/// The usual transform of evaluations, torchvision's Resize(shorter_side) and CenterCrop(crop), as one
/// request for a picture of that size: of the resized picture only the crop is computed. Throws Exception
/// (InvalidArgument) unless 0 < crop <= shorter_side.
IBOT_API ResizeRequest evaluation_request(int width, int height, int shorter_side, int crop,
                                          Filter filter = Filter::Bicubic);

}  // namespace ibot::image
