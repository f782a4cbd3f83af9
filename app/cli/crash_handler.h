// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace ibot::cli {

/// From now on a signal that ends this process by a crash (SIGSEGV, SIGABRT, ...) writes record::crash_line()
/// on standard error first and then takes its usual course. For trainers, whose standard error is the run's
/// log.
void write_crash_lines();

}  // namespace ibot::cli
