// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>

namespace ibot::record {

/// Whether a file or folder that somebody named for a command's output may be written: not where a workspace
/// keeps its record (record.sqlite and its -wal and -shm) or its runs (below runs/), nor over any SQLite
/// database. Links count as what they lead to. Errors: InvalidArgument (also an empty name), Io.
IBOT_API base::Status check_output_path(const std::filesystem::path& path);

}  // namespace ibot::record
