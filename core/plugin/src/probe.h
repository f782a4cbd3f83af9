// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <chrono>
#include <functional>

namespace ibot::plugin {

/// Runs `body` in a forked child. Success: it came to its end, whatever it returned or threw. Error
/// (Internal): how the child ended instead, "signal 11 (Segmentation fault)", "exit code 3" or "no answer
/// within 20 s". Only the calling thread exists in the child, so call it before other threads do.
base::Status run_in_child(const std::function<void()>& body,
                          std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace ibot::plugin
