// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <functional>
#include <string>
#include <string_view>

namespace ibot::base {

enum class LogLevel : unsigned char { Debug = 1, Info, Warning, Error };

/// Receives every line that is logged. Called under a lock, on the logging thread; must not log itself.
using LogSink = std::function<void(LogLevel, std::string_view line)>;

/// Replaces the sink (default: Info and above to standard error, one line each). Thread-safe.
IBOT_API void set_log_sink(LogSink sink);
IBOT_API void log(LogLevel level, std::string_view line);
inline void log_info(std::string_view line) {
  log(LogLevel::Info, line);
}
inline void log_warning(std::string_view line) {
  log(LogLevel::Warning, line);
}
inline void log_error(std::string_view line) {
  log(LogLevel::Error, line);
}
inline void log_debug(std::string_view line) {
  log(LogLevel::Debug, line);
}

}  // namespace ibot::base
