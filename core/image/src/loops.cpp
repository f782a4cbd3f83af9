// SPDX-License-Identifier: GPL-3.0-or-later
#include "loops.h"

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

// Clang knows no such pragma: there the plain loops serve all levels. The bytes are the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define IBOT_LOOPS_PER_LEVEL 1
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
#endif

}  // namespace

const Loops& loops([[maybe_unused]] SimdLevel level) {
#if defined(IBOT_LOOPS_PER_LEVEL)
  if (level == SimdLevel::Avx512) return avx512::kLoops;
  if (level == SimdLevel::Avx2) return avx2::kLoops;
#endif
  return plain::kLoops;
}

}  // namespace ibot::image::internal
