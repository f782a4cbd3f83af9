// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ibot::record {

/// Where a run stands. Stored by name; what a reader shows may differ when the trainer died (see liveness.h).
enum class State : std::uint8_t {
  Created = 1,  ///< planned and recorded; no trainer has taken it
  Preparing,    ///< a trainer loads plugins, data and weights
  Running,      ///< steps are being made
  Paused,       ///< the trainer holds everything in memory and waits
  Finishing,    ///< the last step is done; final checkpoint and evaluation are being written
  Completed,    ///< the planned end was reached
  Stopped,      ///< ended early on request; can be resumed
  Failed,       ///< ended by an error or a dead process; can be resumed
};

inline constexpr std::array kStates = {State::Created,   State::Preparing, State::Running, State::Paused,
                                       State::Finishing, State::Completed, State::Stopped, State::Failed};

/// The stable lower-case name ("running"), as stored and as printed.
IBOT_API std::string_view to_string(State state);
IBOT_API std::optional<State> parse_state(std::string_view name);

/// The one table of legal transitions. No state leads to itself.
IBOT_API bool is_legal(State from, State to);

/// A trainer process stands behind these: preparing, running, paused, finishing.
IBOT_API bool is_active(State state);
/// The run is over until somebody resumes or extends it: completed, stopped, failed.
IBOT_API bool is_ended(State state);

}  // namespace ibot::record
