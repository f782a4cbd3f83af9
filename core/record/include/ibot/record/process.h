// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ibot::record {

/// Names one process for good: a pid alone is given out again after a while.
struct ProcessIdentity {
  std::string host;        ///< node name
  std::int64_t pid = 0;    ///< 0: no process
  std::string start_mark;  ///< "<boot id>/<pid namespace>/<start time in clock ticks>"

  bool operator==(const ProcessIdentity&) const = default;
};

IBOT_API ProcessIdentity current_process();
/// The process that has this pid now; start_mark is empty if there is none.
IBOT_API ProcessIdentity process_with_pid(std::int64_t pid);

/// "<pid>,<start mark>,<host>", for command lines.
IBOT_API std::string to_text(const ProcessIdentity& process);
IBOT_API std::optional<ProcessIdentity> parse_process(std::string_view text);

enum class Aliveness : std::uint8_t {
  Alive = 1,
  Gone,     ///< on this machine, and it exists no longer (or its pid now belongs to another process)
  Unknown,  ///< on another machine or in another container: only its heartbeat can tell
};

/// Looks into /proc; a few microseconds.
IBOT_API Aliveness judge_process(const ProcessIdentity& process);

}  // namespace ibot::record
