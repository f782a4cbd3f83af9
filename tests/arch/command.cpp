// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <ibot/test/temp_dir.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace ibot::arch {

CommandResult run_command(const std::string& command) {
  CommandResult result;
  const std::string line = "cd '" + test::source_dir().string() + "' && { " + command + "; } 2>&1";
  FILE* const pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
  return result;
}

}  // namespace ibot::arch
