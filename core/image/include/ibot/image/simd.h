// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace ibot::image {

/// Which instructions the loops over pixels use. All levels give the same bytes; the tests hold them to it.
enum class SimdLevel : std::uint8_t {
  Plain = 1,  ///< what every x86-64 (or any other) processor has
  Avx2,       ///< AVX2 and FMA: Intel since 2013, AMD since 2015
  Avx512,     ///< AVX-512 with VBMI and VNNI: Intel since Ice Lake, AMD since Zen 4
};

IBOT_API std::string_view to_string(SimdLevel level);

/// The levels that this processor can run, lowest first. Plain is always among them.
IBOT_API std::span<const SimdLevel> supported_simd_levels();

/// The highest of them.
IBOT_API SimdLevel best_simd_level();

}  // namespace ibot::image
