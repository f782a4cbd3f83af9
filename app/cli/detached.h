// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

// Processes of this program that outlive the one that starts them: trainers and workers of the queue.
namespace ibot::cli {

/// Starts this program again with other arguments, in a session of its own, output appended to a log file,
/// nothing inherited but the environment; and waits until it has said that it is ready. It is nobody's child:
/// it neither dies with this process nor waits to be reaped. Errors: Io (it could not be started, or ended
/// before it was ready, with its last words), Busy (it is not ready after `patience`, and may still become
/// so).
base::Status start_detached(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                            std::chrono::seconds patience);

/// Says that this process is ready, where somebody waits for that. Any thread; once.
void announce_ready();

}  // namespace ibot::cli
