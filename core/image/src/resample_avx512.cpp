// SPDX-License-Identifier: GPL-3.0-or-later
// A weight of 24 bits is split into three signed bytes, weight = d0 + 256 d1 + 65536 d2. Each multiplies
// pixels in groups of four taps by VNNI's dot product of bytes, exactly: sum = s0 + (s1 << 8) + (s2 << 16).
// In the horizontal pass VBMI's byte permutation gathers the source bytes of 15 output bytes (5 RGB pixels) x
// 4 taps at once, from a window of 64 bytes, or 128 where the picture shrinks a lot.
#include "resample.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>

#define IBOT_AVX512 \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))

namespace ibot::image::internal {
namespace {

constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);
constexpr int kPixelsPerBlock = 5;
constexpr int kBytesPerBlock = 15;
constexpr int kVector = 64;
// Rows done together: enough to load a weight once for several, few enough to stay in the first cache
// (measured).
constexpr int kRowsTogether = 4;
// The bytes of a block's first group of taps: 3 * (distance of the last pixel) + 3 * 3 taps + 2 channels + 1.
constexpr int kReachOneWindow = (kVector - 12) / 3;
constexpr int kReachTwoWindows = (2 * kVector - 12) / 3;

IBOT_AVX512 __m512i load64(const void* from) {
  return _mm512_loadu_si512(from);
}

/// The weights of four taps as vectors of bytes, by digit: byte t of each 32-bit lane belongs to tap t.
struct Digits {
  __m512i d[3];
};

IBOT_AVX512 inline Digits pack_digits(const __m512i (&weights)[4]) {
  const __m512i byte = _mm512_set1_epi32(255);
  Digits out;
  for (int digit = 0; digit < 3; ++digit) out.d[digit] = _mm512_setzero_si512();
  for (int t = 0; t < 4; ++t) {
    __m512i rest = weights[t];
    for (int digit = 0; digit < 3; ++digit) {
      out.d[digit] = _mm512_or_si512(
          out.d[digit], _mm512_sllv_epi32(_mm512_and_si512(rest, byte), _mm512_set1_epi32(8 * t)));
      // (rest - signed digit) >> 8 equals (rest + 128) >> 8.
      rest = _mm512_srai_epi32(_mm512_add_epi32(rest, _mm512_set1_epi32(128)), 8);
    }
  }
  return out;
}

/// s0 + (s1 << 8) + (s2 << 16), rounded and brought down to pixels, not yet clipped.
IBOT_AVX512 inline __m512i join_digits(__m512i s0, __m512i s1, __m512i s2) {
  const __m512i sum =
      _mm512_add_epi32(s0, _mm512_add_epi32(_mm512_slli_epi32(s1, 8), _mm512_slli_epi32(s2, 16)));
  return _mm512_srai_epi32(sum, kWeightBits);
}

/// What the horizontal pass needs for one block of 5 pixels; `groups` times 3 vectors of digits follow it.
struct alignas(kVector) Block {
  std::uint8_t from[kVector];  ///< which byte of the window goes where
  std::int32_t first;          ///< first source pixel of the first tap
};

constexpr std::size_t block_bytes(int groups) {
  return sizeof(Block) + static_cast<std::size_t>(groups) * 3 * kVector;
}

/// The farthest that a block's last pixel starts behind its first.
int reach_of(const Axis& axis) {
  int reach = 0;
  for (int x = 0; x < axis.outputs; x += kPixelsPerBlock) {
    const auto at = static_cast<std::size_t>(x);
    reach = std::max(reach, axis.first[at + kPixelsPerBlock - 1] - axis.first[at]);
  }
  return reach;
}

IBOT_AVX512 void build_blocks(const Axis& axis, int groups, std::uint8_t* out) {
  const __m512i pixel_of_lane = _mm512_setr_epi32(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4);
  const __m512i channel_of_lane = _mm512_setr_epi32(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 2);
  const auto spread = [&](const std::int32_t* values) IBOT_AVX512 {
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
    return _mm512_permutexvar_epi32(pixel_of_lane, _mm512_castsi256_si512(eight));
  };
  for (int x = 0; x < axis.outputs; x += kPixelsPerBlock, out += block_bytes(groups)) {
    const auto at = static_cast<std::size_t>(x);
    auto& block = *reinterpret_cast<Block*>(out);
    block.first = axis.first[at];
    const __m512i distance = _mm512_sub_epi32(spread(axis.first.data() + at), _mm512_set1_epi32(block.first));
    const __m512i byte =
        _mm512_add_epi32(_mm512_mullo_epi32(distance, _mm512_set1_epi32(3)), channel_of_lane);
    const __m512i from = _mm512_add_epi32(_mm512_mullo_epi32(byte, _mm512_set1_epi32(0x01010101)),
                                          _mm512_set1_epi32(0x09060300));
    _mm512_store_si512(block.from, from);
    auto* digits = reinterpret_cast<__m512i*>(out + sizeof(Block));
    for (int g = 0; g < groups; ++g) {
      __m512i weights[4];
      for (int t = 0; t < 4; ++t) {
        weights[t] = spread(axis.weights.data() + static_cast<std::size_t>(4 * g + t) * axis.stride + at);
      }
      const Digits packed = pack_digits(weights);
      for (const __m512i& digit : packed.d) _mm512_store_si512(digits++, digit);
    }
  }
}

/// One block over `rows` rows. kGroups: groups of four taps, 0 meaning `groups` of them; kTwoWindows: bytes
/// come from 128 bytes instead of 64.
template <int kGroups, bool kTwoWindows>
IBOT_AVX512 void run_block(const HorizontalPass& pass, int groups, const Block& block, int top, int rows,
                           std::ptrdiff_t out_byte) {
  const int count = kGroups > 0 ? kGroups : groups;
  const auto* const digits = reinterpret_cast<const __m512i*>(&block + 1);
  const __m512i from = _mm512_load_si512(block.from);
  // A group without taps of its own (zero weights) must not read far behind the row.
  const auto offset_of = [&](int g) {
    return Image::kChannels * static_cast<std::ptrdiff_t>(std::min(block.first + 4 * g, pass.axis->source));
  };
  std::ptrdiff_t offset[kGroups > 0 ? kGroups : 1];
  for (int g = 0; g < kGroups; ++g) offset[g] = offset_of(g);
  const std::uint8_t* in = pass.source + top * pass.source_stride;
  std::uint8_t* out = pass.out + top * pass.out_stride + out_byte;
  for (int r = 0; r < rows; ++r, in += pass.source_stride, out += pass.out_stride) {
    __m512i s0 = _mm512_set1_epi32(kHalf);
    __m512i s1 = _mm512_setzero_si512();
    __m512i s2 = _mm512_setzero_si512();
    for (int g = 0; g < count; ++g) {
      const std::uint8_t* const window = in + (kGroups > 0 ? offset[g] : offset_of(g));
      const __m512i bytes = kTwoWindows
                                ? _mm512_permutex2var_epi8(load64(window), from, load64(window + kVector))
                                : _mm512_permutexvar_epi8(from, load64(window));
      s0 = _mm512_dpbusd_epi32(s0, bytes, digits[3 * g]);
      s1 = _mm512_dpbusd_epi32(s1, bytes, digits[3 * g + 1]);
      s2 = _mm512_dpbusd_epi32(s2, bytes, digits[3 * g + 2]);
    }
    const __m512i pixels = _mm512_max_epi32(join_digits(s0, s1, s2), _mm512_setzero_si512());
    // The sixteenth byte is the next block's, or slack.
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtusepi32_epi8(pixels));
  }
}

template <bool kTwoWindows>
IBOT_AVX512 void run_blocks(const HorizontalPass& pass, int groups, const std::uint8_t* blocks) {
  for (int top = 0; top < pass.rows; top += kRowsTogether) {
    const int rows = std::min(kRowsTogether, pass.rows - top);
    const std::uint8_t* at = blocks;
    std::ptrdiff_t out = 0;
    for (int x = 0; x < pass.axis->outputs;
         x += kPixelsPerBlock, out += kBytesPerBlock, at += block_bytes(groups)) {
      const auto& block = *reinterpret_cast<const Block*>(at);
      switch (groups) {
        case 1:
          run_block<1, kTwoWindows>(pass, groups, block, top, rows, out);
          break;
        case 2:
          run_block<2, kTwoWindows>(pass, groups, block, top, rows, out);
          break;
        case 3:
          run_block<3, kTwoWindows>(pass, groups, block, top, rows, out);
          break;
        case 4:
          run_block<4, kTwoWindows>(pass, groups, block, top, rows, out);
          break;
        default:
          run_block<0, kTwoWindows>(pass, groups, block, top, rows, out);
          break;
      }
    }
  }
}

void horizontal(const HorizontalPass& pass) {
  const int reach = reach_of(*pass.axis);
  if (reach > kReachTwoWindows) return kAvx2Resample.horizontal(pass);
  const int groups = (pass.axis->taps + 3) / 4;
  const int blocks = (pass.axis->outputs + kPixelsPerBlock - 1) / kPixelsPerBlock;
  std::uint8_t* const table = pass.tables->ensure(block_bytes(groups) * static_cast<std::size_t>(blocks));
  build_blocks(*pass.axis, groups, table);
  if (reach > kReachOneWindow) {
    run_blocks<true>(pass, groups, table);
  } else {
    run_blocks<false>(pass, groups, table);
  }
}

IBOT_AVX512 void vertical(const VerticalRow& row) {
  const Axis& axis = *row.axis;
  const int first = axis.first[static_cast<std::size_t>(row.y)];
  const int taps = std::min(axis.taps, axis.source - first);
  const std::uint8_t* const in = row.source + first * row.source_stride;
  // Weights are padded with zeros to a multiple of 4 taps; each four become three numbers of four digits.
  for (int t = 0; t < taps; t += 4) {
    std::int32_t* const digits = row.weights + t / 4 * 3;
    std::fill_n(digits, 3, 0);
    for (int k = 0; k < 4; ++k) {
      std::int32_t rest =
          axis.weights[static_cast<std::size_t>(t + k) * axis.stride + static_cast<std::size_t>(row.y)];
      for (int digit = 0; digit < 3; ++digit, rest = (rest + 128) >> 8) {
        digits[digit] |= static_cast<std::int32_t>(static_cast<std::uint32_t>(rest & 255) << (8 * k));
      }
    }
  }
  for (int j = 0; j < row.bytes; j += kVector) {
    __m512i s[4][3];
    for (auto& quarter : s) {
      quarter[0] = _mm512_set1_epi32(kHalf);
      quarter[1] = quarter[2] = _mm512_setzero_si512();
    }
    for (int t = 0; t < taps; t += 4) {
      // Rows are not padded: the last one stands in.
      __m512i rows[4];
      for (int k = 0; k < 4; ++k) rows[k] = load64(in + std::min(t + k, taps - 1) * row.source_stride + j);
      const __m512i left01 = _mm512_unpacklo_epi8(rows[0], rows[1]);
      const __m512i right01 = _mm512_unpackhi_epi8(rows[0], rows[1]);
      const __m512i left23 = _mm512_unpacklo_epi8(rows[2], rows[3]);
      const __m512i right23 = _mm512_unpackhi_epi8(rows[2], rows[3]);
      const __m512i bytes[4] = {_mm512_unpacklo_epi16(left01, left23), _mm512_unpackhi_epi16(left01, left23),
                                _mm512_unpacklo_epi16(right01, right23),
                                _mm512_unpackhi_epi16(right01, right23)};
      for (int quarter = 0; quarter < 4; ++quarter) {
        for (int digit = 0; digit < 3; ++digit) {
          const __m512i weights = _mm512_set1_epi32(row.weights[t / 4 * 3 + digit]);
          s[quarter][digit] = _mm512_dpbusd_epi32(s[quarter][digit], bytes[quarter], weights);
        }
      }
    }
    __m512i sum[4];
    for (int quarter = 0; quarter < 4; ++quarter) {
      sum[quarter] = join_digits(s[quarter][0], s[quarter][1], s[quarter][2]);
    }
    // The packs undo the unpacks, lane by lane.
    const __m512i bytes =
        _mm512_packus_epi16(_mm512_packs_epi32(sum[0], sum[1]), _mm512_packs_epi32(sum[2], sum[3]));
    _mm512_storeu_si512(row.out + j, bytes);
  }
}

/// Byte permutations that pick one channel of 64 pixels out of 192 bytes: `ab` from the first two vectors,
/// then `c` from that result (positions 0 to 63) and the third vector.
struct ChannelPermutation {
  alignas(kVector) std::uint8_t ab[kVector];
  alignas(kVector) std::uint8_t c[kVector];
};

constexpr ChannelPermutation channel_permutation(int channel, bool reverse) {
  ChannelPermutation permutation{};
  for (int i = 0; i < kVector; ++i) {
    const int position = 3 * (reverse ? kVector - 1 - i : i) + channel;
    const bool third = position >= 2 * kVector;
    permutation.ab[i] = static_cast<std::uint8_t>(third ? 0 : position);
    permutation.c[i] = static_cast<std::uint8_t>(third ? position - kVector : i);
  }
  return permutation;
}

constexpr std::array kForward = {channel_permutation(0, false), channel_permutation(1, false),
                                 channel_permutation(2, false)};
constexpr std::array kReverse = {channel_permutation(0, true), channel_permutation(1, true),
                                 channel_permutation(2, true)};

IBOT_AVX512 void to_planes(const PlaneRow& row) {
  const auto& permutations = row.flip ? kReverse : kForward;
  for (int x = 0; x < row.width; x += kVector) {
    const std::uint8_t* const in = row.pixels + 3 * static_cast<std::ptrdiff_t>(x);
    const __m512i a = load64(in);
    const __m512i b = load64(in + kVector);
    const __m512i c = load64(in + 2 * kVector);
    const int pixels = std::min(kVector, row.width - x);
    // Mirrored, a last part that is not full ends up at the end of the vector.
    const __mmask64 all = ~__mmask64{0};
    const __mmask64 mask = row.flip ? all << (kVector - pixels) : all >> (kVector - pixels);
    const std::ptrdiff_t at = row.flip ? row.width - kVector - x : x;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const __m512i ab = _mm512_permutex2var_epi8(a, load64(permutations[channel].ab), b);
      const __m512i abc = _mm512_permutex2var_epi8(ab, load64(permutations[channel].c), c);
      _mm512_mask_storeu_epi8(row.plane[channel] + at, mask, abc);
    }
  }
}

}  // namespace

const ResampleKernels kAvx512Resample = {horizontal, vertical, to_planes};

}  // namespace ibot::image::internal

#else

namespace ibot::image::internal {
const ResampleKernels kAvx512Resample = kPlainResample;
}

#endif
