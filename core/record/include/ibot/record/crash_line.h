// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/record/liveness.h>
#include <ibot/record/workspace.h>

#include <string_view>

namespace ibot::record {

/// The line, with its line feed, that a trainer writes into its log when a signal ends it: "crashed: SIGSEGV
/// (...)". Empty for signals that are no crash. Async-signal-safe.
IBOT_API std::string_view crash_line(int signal_number) noexcept;

/// effective_status(); where the trainer died and its log ends with a crash line, the text says so. Reads the
/// end of a file.
IBOT_API EffectiveStatus effective_status(const Workspace& workspace, const Run& run, std::int64_t now);

}  // namespace ibot::record
