// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/compare/run_data.h>

#include <CLI/CLI.hpp>

#include <span>
#include <string>

namespace ibot::cli {

/// Whether runs can be judged by a metric that is settled now: they have it, or an evaluator can still give
/// it, and its better direction is known (`better`: "higher", "lower", or empty for the usual). Says on
/// standard error where none of the runs has it yet. Errors: NotFound with the nearest name, InvalidArgument
/// (the direction is not known).
base::Status check_metric(std::span<const compare::RunData> runs, const std::string& metric,
                          const std::string& better);

/// For options that an empty text would leave as they are.
CLI::Validator some_text();

}  // namespace ibot::cli
