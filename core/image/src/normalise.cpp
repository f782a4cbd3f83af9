// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/image/normalise.h>

namespace ibot::image {

void normalise(const std::uint8_t* planes, std::size_t size, const std::array<float, 3>& mean,
               const std::array<float, 3>& std, float* out) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::array<float, 256> table;
    for (std::size_t value = 0; value < table.size(); ++value) {
      table[value] = (static_cast<float>(value) / 255.0F - mean[channel]) / std[channel];
    }
    for (std::size_t i = 0; i < size; ++i) *out++ = table[*planes++];
  }
}

}  // namespace ibot::image
