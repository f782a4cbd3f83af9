// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ibot::image {

/// out[c, i] = (planes[c, i] / 255 - mean[c]) / std[c] in single precision, for three planes of `size` values
/// each: the bits of torchvision's ToTensor and Normalize. `out` holds 3 * size numbers.
IBOT_API void normalise(const std::uint8_t* planes, std::size_t size, const std::array<float, 3>& mean,
                        const std::array<float, 3>& std, float* out);

}  // namespace ibot::image
