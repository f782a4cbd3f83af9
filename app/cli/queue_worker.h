// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/record/queue.h>
#include <ibot/record/workspace.h>

#include <chrono>
#include <functional>
#include <string>

namespace ibot::cli {

struct WorkerOptions {
  std::string device = "cpu";
  bool keep_open = false;  ///< wait for more when the queue is empty
  std::chrono::milliseconds poll{250};
  /// Starts the trainer of a run that `before` held last; launch_trainer if empty.
  std::function<base::Status(const std::string& run, const record::ProcessIdentity& before)> launch;
  std::function<bool()> stop;                   ///< asked between looks; true: end, the run in hand goes on
  std::function<void(const std::string&)> say;  ///< one line for people
  std::function<void()> ready;                  ///< called once, when the lease is held
};

/// Works off the queue of a device: starts each run in a process of its own and follows the record until it
/// ends. A run that fails is resumed while it has attempts left; then the queue goes on. Trainers outlive the
/// worker, and the next worker takes up what this one left. Returns when the queue is empty, or when it is
/// asked to stop. Errors: Busy (the device has a worker), Cancelled (another one took over), NotFound (the
/// workspace was moved or deleted), what the record says when it cannot be used at all; a full disk or a busy
/// record is waited for.
base::Status run_queue(const record::Workspace& workspace, const WorkerOptions& options);

}  // namespace ibot::cli
