// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/record/rows.h>

#include <functional>
#include <string>

namespace ibot::record {

/// A trainer writes its heartbeat at least this often.
inline constexpr std::int64_t kHeartbeatMicros = 5'000'000;
/// Where the process itself cannot be looked at, a run this long silent is seen as died. Wide enough for a
/// slow checkpoint and for clocks of two machines that differ.
inline constexpr std::int64_t kSilenceMicros = 120'000'000;

/// Whether a process that last gave a sign of life at a known time is still there.
struct Life {
  bool died = false;
  bool silent = false;   ///< it is there, but has given no sign of life for kSilenceMicros
  std::int64_t age = 0;  ///< of the last sign of life, in microseconds
  std::string text;      ///< what is wrong with it, in words; empty: nothing
};

/// `judge` is replaced in tests.
IBOT_API Life judge_life(const ProcessIdentity& process, std::int64_t heartbeat, std::int64_t now,
                         const std::function<Aliveness(const ProcessIdentity&)>& judge = judge_process);

/// A run's state as a person should see it. Computed by whoever looks; a reader never writes it back.
struct EffectiveStatus {
  State state = State::Created;  ///< Failed where the trainer died
  bool died = false;             ///< the record says active, but no trainer is there
  bool silent = false;  ///< the trainer is there but has not written for kSilenceMicros: hung or suspended
  std::int64_t heartbeat_age = 0;  ///< microseconds; 0 where there is no heartbeat
  std::string text;                ///< "running", "died: process 4711 on this machine is gone, ..."
};

/// `judge` is replaced in tests.
IBOT_API EffectiveStatus
effective_status(const Run& run, std::int64_t now,
                 const std::function<Aliveness(const ProcessIdentity&)>& judge = judge_process);

}  // namespace ibot::record
