// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace ibot::bench {

/// Resident memory of this process in bytes, from /proc/self/status; 0 where that is not readable.
std::uint64_t resident_now();
/// The highest it has been since the process started.
std::uint64_t resident_peak();

}  // namespace ibot::bench
