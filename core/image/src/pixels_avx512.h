// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loops.h"

namespace ibot::image::internal {

#if defined(__x86_64__)

/// values[i] = table[values[i]].
void apply_table_avx512(std::uint8_t* values, std::size_t count, const std::uint8_t (&table)[256]);

/// Loops::box for radii up to 2; false, and nothing done, for larger ones.
bool box_avx512(const std::uint8_t* const* taps, const BoxFilter& filter, std::size_t count,
                std::uint8_t* out);

#endif

}  // namespace ibot::image::internal
