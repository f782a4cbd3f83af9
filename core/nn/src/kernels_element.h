// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

// Vectors of 64 bytes are handed to inlined functions alone, which have no calling convention to warn of.
#pragma GCC diagnostic ignored "-Wpsabi"

// One element at a time, written so that loops over it are vectorised, and sixteen at a time.
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

// e^x for x <= 88 with a relative error below 2e-7; 0 below -87, where it would no longer be a normal number.
// e^x = 2^n e^r with |r| <= ln 2 / 2, the polynomial of Cephes' expf. Word: as many bits as Real, without
// sign.
template <class Real, class Word>
IBOT_INLINE Real exp_up_to_88(const Real& x) {
  // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits.
  constexpr float kRound = 12582912.0F;
  const Real shifted = x * 1.44269504F + kRound;
  const Real n = shifted - kRound;
  const Real r = x - n * 0.693359375F + n * 2.12194440e-4F;
  Real p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const Word exponent = (std::bit_cast<Word>(shifted) + 127U) << 23U;
  return x < -87.0F ? Real{} : p * std::bit_cast<Real>(exponent);
}

// The value of 88 above that.
IBOT_INLINE float exp_of(float x) {
  return exp_up_to_88<float, std::uint32_t>(x > 88.0F ? 88.0F : x);
}

// Sixteen elements as one value. A loop over a small array of lanes means the same, but the compiler keeps
// such arrays in memory: rows of 17 to 197 elements take 1.6 times as long.
inline constexpr std::int64_t kLanes = 16;
using Floats [[gnu::vector_size(64)]] = float;
using Ints [[gnu::vector_size(64)]] = std::int32_t;
using Words [[gnu::vector_size(64)]] = std::uint32_t;
using Halves [[gnu::vector_size(32)]] = std::uint16_t;

IBOT_INLINE Floats load_lanes(const Bf16* from) {
  Halves bits;
  std::memcpy(&bits, from, sizeof bits);
  return std::bit_cast<Floats>(__builtin_convertvector(bits, Words) << 16);
}

// As store() of each.
IBOT_INLINE void store_lanes(Bf16* to, const Floats& values) {
  const auto bits = std::bit_cast<Words>(values);
  const auto upper = __builtin_convertvector((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16, Halves);
  std::memcpy(to, &upper, sizeof upper);
}

}  // namespace ibot::nn::kernels
