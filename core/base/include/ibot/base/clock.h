// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace ibot::base {

/// Wall clock in microseconds since 1970 UTC: for the record. Never use it to measure durations.
IBOT_API std::int64_t now_micros();
/// "2026-11-23T12:34:56Z".
IBOT_API std::string format_time(std::int64_t micros);
/// A sortable, readable id: "20261123-123456-9f3a1c".
IBOT_API std::string new_run_id();

/// Measures a duration on the steady clock.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  void restart() { start_ = std::chrono::steady_clock::now(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace ibot::base
