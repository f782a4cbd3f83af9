// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>

#include <ctime>
#include <random>

namespace ibot::base {

std::int64_t now_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

namespace {

std::string format_utc(std::int64_t micros, const char* format) {
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  text[std::strftime(text, sizeof text, format, &parts)] = '\0';
  return text;
}

}  // namespace

std::string format_time(std::int64_t micros) {
  return format_utc(micros, "%Y-%m-%dT%H:%M:%SZ");
}

std::string new_run_id() {
  // Not a draw of an experiment: two trainers that start in the same second must differ.
  std::random_device device;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string id = format_utc(now_micros(), "%Y%m%d-%H%M%S-");
  std::uint32_t bits = device();
  for (int i = 0; i < 6; ++i, bits >>= 4) id += kDigits[bits & 15];
  return id;
}

}  // namespace ibot::base
