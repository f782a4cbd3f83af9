// SPDX-License-Identifier: GPL-3.0-or-later
// Two loops over pixels in which AVX-512 can do more than a compiler finds: a table of 256 bytes lies in four
// registers (VBMI), and the box filter's products of 10 and 24 bits fit pairs of 16-bit multiply-adds (VNNI).
// They replace their namesakes of loops.inc, which say what is computed.
#include "pixels_avx512.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>

#define IBOT_AVX512 \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))

namespace ibot::image::internal {
namespace {

constexpr std::size_t kVector = 64;

/// The first `count` of 64 bytes.
IBOT_AVX512 inline __mmask64 first_bytes(std::size_t count) {
  return count >= kVector ? ~__mmask64{0} : (__mmask64{1} << count) - 1;
}

/// Two words as one 32-bit number, `first` in the lower half.
IBOT_AVX512 inline __m512i word_pairs(std::uint32_t first, std::uint32_t second) {
  return _mm512_set1_epi32(static_cast<int>(first | (second << 16)));
}

/// Words a[i] + b[i] of the lower (or, `upper`, the higher) 8 bytes in each 16.
template <bool kUpper>
IBOT_AVX512 inline __m512i add_to_words(__m512i a, __m512i b) {
  const __m512i pairs = kUpper ? _mm512_unpackhi_epi8(a, b) : _mm512_unpacklo_epi8(a, b);
  return _mm512_maddubs_epi16(pairs, _mm512_set1_epi8(1));
}

/// The same weights as in BoxFilter, split into 12 upper and 12 lower bits: words (inner, outer).
struct SplitWeights {
  __m512i upper, lower;
};

/// (near * inner + far * outer + 2^23) mod 2^32, whose upper byte is the result, for 16 words of each.
IBOT_AVX512 inline __m512i weigh(__m512i near_far, const SplitWeights& weights) {
  const __m512i upper = _mm512_slli_epi32(_mm512_madd_epi16(near_far, weights.upper), 12);
  const __m512i lower = _mm512_dpwssd_epi32(_mm512_set1_epi32(1 << 23), near_far, weights.lower);
  return _mm512_add_epi32(upper, lower);
}

/// For the lower or higher 8 bytes in each 16 of the taps: 32 results, as the upper bytes of 2 x 16 numbers.
template <int kRadius, bool kUpper>
IBOT_AVX512 inline void filter_half(const __m512i* taps, const SplitWeights& weights, __m512i (&out)[2]) {
  const __m512i far = add_to_words<kUpper>(taps[0], taps[2 * kRadius + 2]);
  __m512i near = add_to_words<kUpper>(taps[kRadius + 1], _mm512_setzero_si512());
  for (int d = 1; d <= kRadius; ++d) {
    near = _mm512_add_epi16(near, add_to_words<kUpper>(taps[kRadius + 1 - d], taps[kRadius + 1 + d]));
  }
  out[0] = weigh(_mm512_unpacklo_epi16(near, far), weights);
  out[1] = weigh(_mm512_unpackhi_epi16(near, far), weights);
}

template <int kRadius>
IBOT_AVX512 void box_of_radius(const std::uint8_t* const* taps, const BoxFilter& filter, std::size_t count,
                               std::uint8_t* out) {
  constexpr int kTaps = 2 * kRadius + 3;
  const SplitWeights weights{word_pairs(filter.inner >> 12, filter.outer >> 12),
                             word_pairs(filter.inner & 4095, filter.outer & 4095)};
  for (std::size_t x = 0; x < count; x += kVector) {
    const __mmask64 mask = first_bytes(count - x);
    __m512i rows[kTaps];
    for (int d = 0; d < kTaps; ++d) rows[d] = _mm512_maskz_loadu_epi8(mask, taps[d] + x);
    __m512i lower[2];
    __m512i upper[2];
    filter_half<kRadius, false>(rows, weights, lower);
    filter_half<kRadius, true>(rows, weights, upper);
    // Upper bytes of all, in the order that undoes the unpacking lane by lane.
    const __m512i left =
        _mm512_packus_epi32(_mm512_srli_epi32(lower[0], 24), _mm512_srli_epi32(lower[1], 24));
    const __m512i right =
        _mm512_packus_epi32(_mm512_srli_epi32(upper[0], 24), _mm512_srli_epi32(upper[1], 24));
    _mm512_mask_storeu_epi8(out + x, mask, _mm512_packus_epi16(left, right));
  }
}

}  // namespace

IBOT_AVX512 void apply_table_avx512(std::uint8_t* values, std::size_t count,
                                    const std::uint8_t (&table)[256]) {
  const __m512i first = _mm512_loadu_si512(table);
  const __m512i second = _mm512_loadu_si512(table + kVector);
  const __m512i third = _mm512_loadu_si512(table + 2 * kVector);
  const __m512i fourth = _mm512_loadu_si512(table + 3 * kVector);
  for (std::size_t i = 0; i < count; i += kVector) {
    const __mmask64 mask = first_bytes(count - i);
    const __m512i index = _mm512_maskz_loadu_epi8(mask, values + i);
    // A permutation looks at 7 bits of the index; the eighth chooses the half of the table.
    const __m512i low = _mm512_permutex2var_epi8(first, index, second);
    const __m512i high = _mm512_permutex2var_epi8(third, index, fourth);
    _mm512_mask_storeu_epi8(values + i, mask, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
  }
}

bool box_avx512(const std::uint8_t* const* taps, const BoxFilter& filter, std::size_t count,
                std::uint8_t* out) {
  switch (filter.radius) {
    case 0:
      box_of_radius<0>(taps, filter, count, out);
      return true;
    case 1:
      box_of_radius<1>(taps, filter, count, out);
      return true;
    case 2:
      box_of_radius<2>(taps, filter, count, out);
      return true;
    default:
      return false;
  }
}

}  // namespace ibot::image::internal

#endif
