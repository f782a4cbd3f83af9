// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/planes.h>
#include <ibot/image/simd.h>

namespace ibot::image {

// Colour operations in place, byte by byte those of torchvision's adjust_* on Pillow pictures (spec 1.7).
// `level` must be one of supported_simd_levels(). Any thread; no state.
//
// Factors are those of Pillow's ImageEnhance: 0 gives the degenerate picture (black, uniform grey, grey), 1
// the picture itself, more exaggerates. value = trunc(clip(degenerate + factor * (value - degenerate), 0,
// 255)) in single precision. They must be finite and not negative.

IBOT_API void adjust_brightness(const Planes& planes, float factor, SimdLevel level = best_simd_level());

/// The degenerate picture has the mean luma everywhere, rounded to a whole number.
IBOT_API void adjust_contrast(const Planes& planes, float factor, SimdLevel level = best_simd_level());

/// The degenerate picture is the luma of each pixel.
IBOT_API void adjust_saturation(const Planes& planes, float factor, SimdLevel level = best_simd_level());

/// Turns hues by `turns` (-0.5 to 0.5), through HSV in 8 bits: hue and saturation are truncated to 1/255, the
/// hue is shifted by trunc(255 * turns) modulo 256.
IBOT_API void adjust_hue(const Planes& planes, double turns, SimdLevel level = best_simd_level());

/// Luma in all three channels: (19595 R + 38470 G + 7471 B + 32768) >> 16 (ITU-R 601-2).
IBOT_API void grey(const Planes& planes, SimdLevel level = best_simd_level());

/// value -> 255 - value where value >= threshold (0 to 256).
IBOT_API void solarise(const Planes& planes, int threshold, SimdLevel level = best_simd_level());

/// Mirrors left and right.
IBOT_API void flip(const Planes& planes);

}  // namespace ibot::image
