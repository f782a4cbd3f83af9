// SPDX-License-Identifier: GPL-3.0-or-later
#include "loops.h"

#include "pixels_avx512.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ibot::image::internal {
namespace {

constexpr double filter_support(Filter filter) {
  switch (filter) {
    case Filter::Bilinear:
      return 1.0;
    case Filter::Bicubic:
      return 2.0;
    case Filter::Lanczos:
      return 3.0;
  }
  return 0.0;
}

namespace plain {
#include "loops.inc"
}  // namespace plain

#if defined(__x86_64__)

// Clang ignores these pragmas: there the loops of all levels are plain ones. The bytes are the same.
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#include "loops.inc"
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
namespace avx512 {
#include "loops.inc"
}  // namespace avx512
#pragma GCC pop_options

void blend_constant_by_table(std::uint8_t* values, std::size_t count, float factor, int constant) {
  std::uint8_t table[256];
  for (int value = 0; value < 256; ++value) table[value] = static_cast<std::uint8_t>(value);
  plain::blend_constant(table, std::size(table), factor, constant);
  apply_table_avx512(values, count, table);
}

void box_by_pairs(const std::uint8_t* const* taps, const BoxFilter& filter, std::size_t count,
                  std::uint8_t* out) {
  if (!box_avx512(taps, filter, count, out)) avx512::box(taps, filter, count, out);
}

/// What the compiler vectorised, and what pixels_avx512.cpp does better.
constexpr Loops best_of_avx512() {
  Loops best = avx512::kLoops;
  best.blend_constant = blend_constant_by_table;
  best.box = box_by_pairs;
  return best;
}

constexpr Loops kBestOfAvx512 = best_of_avx512();

#endif

}  // namespace

const Loops& loops([[maybe_unused]] SimdLevel level) {
#if defined(__x86_64__)
  if (level == SimdLevel::Avx512) return kBestOfAvx512;
  if (level == SimdLevel::Avx2) return avx2::kLoops;
#endif
  return plain::kLoops;
}

}  // namespace ibot::image::internal
