// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

// One element at a time, written so that loops over it are vectorised.
namespace ibot::nn::kernels {

#define IBOT_VECTOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
// Inside a vectorised loop a call would be one element at a time.
#define IBOT_INLINE inline __attribute__((always_inline))

// bf16 as its bits: conversions written out, so that the compiler vectorises them.
struct Bf16 {
  std::uint16_t bits;
};

IBOT_INLINE float load(float value) {
  return value;
}
IBOT_INLINE float load(Bf16 value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}
IBOT_INLINE void store(float* to, float value) {
  *to = value;
}
// Rounds to nearest even. A NaN keeps its sign and upper bits, which never round up to infinity for the quiet
// NaNs that arithmetic makes.
IBOT_INLINE void store(Bf16* to, float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  to->bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

// e^x with a relative error below 2e-7; 0 below -87, where it would no longer be a normal number, and the
// value of 88 above that. e^x = 2^n e^r with |r| <= ln 2 / 2, the polynomial of Cephes' expf.
IBOT_INLINE float exp_of(float x) {
  constexpr float kRound =
      12582912.0F;  // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits
  const float bounded = x > 88.0F ? 88.0F : x;
  const float shifted = bounded * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = bounded - n * 0.693359375F + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) + 127U) << 23U;
  const float value = p * std::bit_cast<float>(exponent);
  return x < -87.0F ? 0.0F : value;
}

}  // namespace ibot::nn::kernels
