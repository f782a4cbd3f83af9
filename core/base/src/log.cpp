// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/log.h>

#include <cstdio>
#include <mutex>

namespace ibot::base {
namespace {

std::mutex g_mutex;

LogSink& sink() {
  static LogSink instance = [](LogLevel level, std::string_view line) {
    if (level < LogLevel::Info) return;
    const char* prefix = level == LogLevel::Error ? "error: " : level == LogLevel::Warning ? "warning: " : "";
    std::fprintf(stderr, "%s%.*s\n", prefix, static_cast<int>(line.size()), line.data());
  };
  return instance;
}

}  // namespace

void set_log_sink(LogSink replacement) {
  const std::lock_guard lock(g_mutex);
  sink() = std::move(replacement);
}

void log(LogLevel level, std::string_view line) {
  const std::lock_guard lock(g_mutex);
  if (sink()) sink()(level, line);
}

}  // namespace ibot::base
