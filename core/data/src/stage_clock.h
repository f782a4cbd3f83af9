// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ibot::data {

/// Splits the time of one job among counters that threads share.
class StageClock {
 public:
  /// Adds the nanoseconds since the last call, or since the beginning.
  void add_to(std::atomic<std::int64_t>& counter) {
    const auto now = std::chrono::steady_clock::now();
    counter.fetch_add(std::chrono::duration_cast<std::chrono::nanoseconds>(now - last_).count(),
                      std::memory_order_relaxed);
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace ibot::data
