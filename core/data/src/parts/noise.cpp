// SPDX-License-Identifier: GPL-3.0-or-later
#include "noise.h"

#include <ibot/base/random.h>

#include <array>
#include <cstddef>

namespace ibot::data::parts {

namespace {

template <std::size_t kPeriod>
struct Lattice {
  static constexpr std::size_t kStride = kPeriod + 1;
  std::array<float, kStride * kStride> values{};

  Lattice() {
    for (std::size_t y = 0; y < kPeriod; ++y) {
      for (std::size_t x = 0; x < kPeriod; x += 4) {
        const auto block =
            base::philox4x32({static_cast<std::uint32_t>(y * kPeriod + x), 0, 0, 0}, {0x70617274U, 0x73U});
        for (std::size_t k = 0; k < 4; ++k) {
          values[y * kStride + x + k] = static_cast<float>(block[k] >> 8) * 0x1.0p-24F;
        }
      }
      values[y * kStride + kPeriod] = values[y * kStride];
    }
    for (std::size_t x = 0; x < kStride; ++x) values[kPeriod * kStride + x] = values[x];
  }
};

}  // namespace

Noise::Noise() {
  static const Lattice<kWrap + 1> lattice;
  static_assert(Lattice<kWrap + 1>::kStride == kStride);
  values_ = lattice.values.data();
}

}  // namespace ibot::data::parts
