// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>

namespace ibot::base {

/// What is written when somebody names a file.
struct OutputTarget {
  std::filesystem::path path;  ///< of a file: where symbolic links lead; it may not exist yet
  bool in_place = false;       ///< a pipe, socket or device: opened and written, never replaced
};

/// Errors: InvalidArgument (an SQLite database lies there, which no output may replace), Io (links that lead
/// in a circle).
IBOT_API Result<OutputTarget> output_target(const std::filesystem::path& path);

}  // namespace ibot::base
