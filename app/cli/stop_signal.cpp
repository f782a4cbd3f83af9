// SPDX-License-Identifier: GPL-3.0-or-later
#include "stop_signal.h"

#include <ibot/record/process.h>

#include <csignal>

namespace ibot::cli {

base::Status stop_by_signal(const record::Run& run, const base::Error& refused) {
  if (record::judge_process(run.process) != record::Aliveness::Alive) return refused;
  const auto pid = static_cast<pid_t>(run.process.pid);
  // Two of one kind may arrive as one.
  if (::kill(pid, SIGINT) != 0 || ::kill(pid, SIGTERM) != 0) return refused;
  return {};
}

}  // namespace ibot::cli
