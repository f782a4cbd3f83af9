// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/image/simd.h>

#include <array>

namespace ibot::image {
namespace {

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool has_avx512() {
#if defined(__x86_64__)
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
#else
  return false;
#endif
}

}  // namespace

std::string_view to_string(SimdLevel level) {
  switch (level) {
    case SimdLevel::Plain:
      return "plain";
    case SimdLevel::Avx2:
      return "avx2";
    case SimdLevel::Avx512:
      return "avx512";
  }
  return "unknown";
}

std::span<const SimdLevel> supported_simd_levels() {
  static constexpr std::array kLevels = {SimdLevel::Plain, SimdLevel::Avx2, SimdLevel::Avx512};
  static const std::size_t count = has_avx512() ? 3 : has_avx2() ? 2 : 1;
  return std::span(kLevels).first(count);
}

SimdLevel best_simd_level() {
  return supported_simd_levels().back();
}

}  // namespace ibot::image
