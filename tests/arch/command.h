// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ibot::arch {

struct CommandResult {
  int exit_status = -1;
  std::string output;  ///< standard output and error together
};

/// Runs a shell command in the root of the source tree.
CommandResult run_command(const std::string& command);

}  // namespace ibot::arch
