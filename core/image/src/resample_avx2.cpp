// SPDX-License-Identifier: GPL-3.0-or-later
// A weight of 24 bits is split as 256 * high + low, high signed and low unsigned, so that both products of a
// pixel fit the 16-bit multiply-add, exactly: sum = (sum(pixel * high) << 8) + sum(pixel * low).
#include "resample.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#define IBOT_AVX2 __attribute__((target("avx2,fma")))

namespace ibot::image::internal {
namespace {

constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

// Rows done together: enough to load a weight once for several, few enough to stay in the first cache
// (measured).
constexpr int kRowsTogether = 4;

IBOT_AVX2 __m128i load16(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

IBOT_AVX2 __m256i load32(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

/// Two signed words as one 32-bit number, `first` in the lower half.
std::int32_t word_pair(std::int32_t first, std::int32_t second) {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(second) << 16) |
                                   (static_cast<std::uint32_t>(first) & 0xffffU));
}

/// Weights of 4 taps, arranged for the multiply-add of 4 RGB pixels: words (tap 0, tap 1) x 4, then (tap 2,
/// tap 3) x 4.
struct FourTaps {
  std::int32_t high[8];
  std::int32_t low[8];
};

FourTaps* spread_weights(const Axis& axis, int groups, AlignedBuffer& memory) {
  const std::size_t count = static_cast<std::size_t>(groups) * static_cast<std::size_t>(axis.outputs);
  auto* const tables = reinterpret_cast<FourTaps*>(memory.ensure(sizeof(FourTaps) * count));
  FourTaps* out = tables;
  for (int x = 0; x < axis.outputs; ++x) {
    for (int g = 0; g < groups; ++g, ++out) {
      const std::int32_t* weight = axis.weights.data() + static_cast<std::size_t>(4 * g) * axis.stride + x;
      for (int pair = 0; pair < 2; ++pair, weight += 2 * axis.stride) {
        const std::int32_t w0 = weight[0];
        const std::int32_t w1 = weight[axis.stride];
        std::fill_n(out->high + 4 * pair, 4, word_pair(w0 >> 8, w1 >> 8));
        std::fill_n(out->low + 4 * pair, 4, word_pair(w0 & 255, w1 & 255));
      }
    }
  }
  return tables;
}

IBOT_AVX2 void horizontal(const HorizontalPass& pass) {
  const Axis& axis = *pass.axis;
  const int groups = (axis.taps + 3) / 4;
  const FourTaps* const tables = spread_weights(axis, groups, *pass.tables);
  // Bytes of 4 pixels r g b r g b r g b r g b -> words r0 r1 g0 g1 b0 b1 - - | r2 r3 g2 g3 b2 b3 - -
  const __m256i pairs = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
                                         6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m128i half = _mm_set1_epi32(kHalf);
  for (int top = 0; top < pass.rows; top += kRowsTogether) {
    const int rows = std::min(kRowsTogether, pass.rows - top);
    for (int x = 0; x < axis.outputs; ++x) {
      const FourTaps* const taps = tables + static_cast<std::ptrdiff_t>(x) * groups;
      const int first = axis.first[static_cast<std::size_t>(x)];
      const std::uint8_t* in = pass.source + top * pass.source_stride;
      std::uint8_t* out = pass.out + top * pass.out_stride + 3 * static_cast<std::ptrdiff_t>(x);
      for (int r = 0; r < rows; ++r, in += pass.source_stride, out += pass.out_stride) {
        __m256i high = _mm256_setzero_si256();
        __m256i low = _mm256_setzero_si256();
        for (int g = 0; g < groups; ++g) {
          // A group without taps of its own (zero weights) must not read far behind the row.
          const __m128i bytes =
              load16(in + 3 * static_cast<std::ptrdiff_t>(std::min(first + 4 * g, axis.source)));
          const __m256i words = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pairs);
          high = _mm256_add_epi32(high, _mm256_madd_epi16(words, load32(taps[g].high)));
          low = _mm256_add_epi32(low, _mm256_madd_epi16(words, load32(taps[g].low)));
        }
        const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high, 8), low);
        __m128i pixel = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        pixel = _mm_srai_epi32(_mm_add_epi32(pixel, half), kWeightBits);
        pixel = _mm_packus_epi16(_mm_packs_epi32(pixel, pixel), pixel);
        const int rgb = _mm_cvtsi128_si32(pixel);
        std::memcpy(out, &rgb, 4);  // the fourth byte is the next pixel's, or slack
      }
    }
  }
}

IBOT_AVX2 void vertical(const VerticalRow& row) {
  const Axis& axis = *row.axis;
  const int first = axis.first[static_cast<std::size_t>(row.y)];
  const int taps = std::min(axis.taps, axis.source - first);
  const std::uint8_t* const in = row.source + first * row.source_stride;
  // Weights are padded with zeros to a multiple of 4 taps.
  for (int t = 0; t < taps; t += 2) {
    const std::int32_t* const weight =
        axis.weights.data() + static_cast<std::size_t>(t) * axis.stride + row.y;
    row.weights[t] = word_pair(weight[0] >> 8, weight[axis.stride] >> 8);
    row.weights[t + 1] = word_pair(weight[0] & 255, weight[axis.stride] & 255);
  }
  const __m256i zero = _mm256_setzero_si256();
  for (int j = 0; j < row.bytes; j += 32) {
    __m256i high[4] = {zero, zero, zero, zero};
    __m256i low[4] = {zero, zero, zero, zero};
    for (int t = 0; t < taps; t += 2) {
      // Rows are not padded: an odd last one meets itself.
      const std::uint8_t* const upper = in + t * row.source_stride + j;
      const __m256i a = load32(upper);
      const __m256i b = load32(t + 1 < taps ? upper + row.source_stride : upper);
      const __m256i highs = _mm256_set1_epi32(row.weights[t]);
      const __m256i lows = _mm256_set1_epi32(row.weights[t + 1]);
      const __m256i left = _mm256_unpacklo_epi8(a, b);
      const __m256i right = _mm256_unpackhi_epi8(a, b);
      const __m256i words[4] = {_mm256_unpacklo_epi8(left, zero), _mm256_unpackhi_epi8(left, zero),
                                _mm256_unpacklo_epi8(right, zero), _mm256_unpackhi_epi8(right, zero)};
      for (int k = 0; k < 4; ++k) {
        high[k] = _mm256_add_epi32(high[k], _mm256_madd_epi16(words[k], highs));
        low[k] = _mm256_add_epi32(low[k], _mm256_madd_epi16(words[k], lows));
      }
    }
    __m256i sum[4];
    for (int k = 0; k < 4; ++k) {
      sum[k] =
          _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(high[k], 8), low[k]), _mm256_set1_epi32(kHalf));
      sum[k] = _mm256_srai_epi32(sum[k], kWeightBits);
    }
    // The packs undo the unpacks, lane by lane.
    const __m256i bytes =
        _mm256_packus_epi16(_mm256_packs_epi32(sum[0], sum[1]), _mm256_packs_epi32(sum[2], sum[3]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(row.out + j), bytes);
  }
}

/// Byte shuffles that pick one channel of 16 pixels out of 48 bytes: part p reads bytes 16 p to 16 p + 15.
struct ChannelShuffle {
  alignas(16) std::int8_t part[3][16];
};

constexpr ChannelShuffle channel_shuffle(int channel, bool reverse) {
  ChannelShuffle shuffle{};
  for (int i = 0; i < 16; ++i) {
    const int position = 3 * (reverse ? 15 - i : i) + channel;
    for (int p = 0; p < 3; ++p) {
      shuffle.part[p][i] = static_cast<std::int8_t>(position / 16 == p ? position % 16 : -1);
    }
  }
  return shuffle;
}

constexpr ChannelShuffle kForward[3] = {channel_shuffle(0, false), channel_shuffle(1, false),
                                        channel_shuffle(2, false)};
constexpr ChannelShuffle kReverse[3] = {channel_shuffle(0, true), channel_shuffle(1, true),
                                        channel_shuffle(2, true)};

IBOT_AVX2 void to_planes(const PlaneRow& row) {
  const ChannelShuffle* const shuffles = row.flip ? kReverse : kForward;
  int x = 0;
  for (; x + 16 <= row.width; x += 16) {
    const std::uint8_t* const in = row.pixels + 3 * static_cast<std::ptrdiff_t>(x);
    const __m128i a = load16(in);
    const __m128i b = load16(in + 16);
    const __m128i c = load16(in + 32);
    const int at = row.flip ? row.width - 16 - x : x;
    for (int channel = 0; channel < 3; ++channel) {
      const auto& part = shuffles[channel].part;
      const __m128i ab =
          _mm_or_si128(_mm_shuffle_epi8(a, load16(part[0])), _mm_shuffle_epi8(b, load16(part[1])));
      const __m128i abc = _mm_or_si128(ab, _mm_shuffle_epi8(c, load16(part[2])));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(row.plane[channel] + at), abc);
    }
  }
  for (; x < row.width; ++x) {
    for (int channel = 0; channel < 3; ++channel) {
      row.plane[channel][row.flip ? row.width - 1 - x : x] = row.pixels[3 * x + channel];
    }
  }
}

}  // namespace

const ResampleKernels kAvx2Resample = {horizontal, vertical, to_planes};

}  // namespace ibot::image::internal

#else

namespace ibot::image::internal {
const ResampleKernels kAvx2Resample = kPlainResample;
}

#endif
