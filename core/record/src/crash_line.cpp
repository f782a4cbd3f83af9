// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/record/crash_line.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>

namespace ibot::record {
namespace {

struct Crash {
  int signal_number;
  std::string_view line;
};
constexpr std::array kCrashes = {
    Crash{SIGSEGV, "crashed: SIGSEGV (it reached for memory that is not its own)\n"},
    Crash{SIGBUS, "crashed: SIGBUS (memory was not there, or a mapped file had become shorter)\n"},
    Crash{SIGFPE, "crashed: SIGFPE (an impossible calculation, as a division of integers by 0)\n"},
    Crash{SIGILL, "crashed: SIGILL (an instruction that this processor does not have)\n"},
    Crash{SIGABRT, "crashed: SIGABRT (it gave up: an exception that nobody caught, or a failed check)\n"},
};

// A log is untrusted: only a line of the table is repeated.
std::string_view last_crash(const std::filesystem::path& log) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(log, error)) return {};
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  constexpr std::streamoff kEnd = 256;
  if (!file || size <= 0) return {};
  file.seekg(std::max<std::streamoff>(0, size - kEnd));
  std::array<char, kEnd> block{};
  file.read(block.data(), kEnd);
  const std::string_view text(block.data(), static_cast<std::size_t>(file.gcount()));
  for (const Crash& crash : kCrashes) {
    if (text.ends_with(crash.line)) return crash.line.substr(0, crash.line.size() - 1);
  }
  return {};
}

}  // namespace

std::string_view crash_line(int signal_number) noexcept {
  for (const Crash& crash : kCrashes) {
    if (crash.signal_number == signal_number) return crash.line;
  }
  return {};
}

EffectiveStatus effective_status(const Workspace& workspace, const Run& run, std::int64_t now) {
  EffectiveStatus status = effective_status(run, now);
  if (!status.died || !is_valid_run_id(run.id)) return status;
  const std::string_view crash = last_crash(workspace.log_file(run.id));
  if (!crash.empty()) status.text += base::str("; it ", crash);
  return status;
}

}  // namespace ibot::record
