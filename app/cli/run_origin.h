// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/record/reader.h>
#include <ibot/record/workspace.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ibot::cli {

/// From what a trainer begins; nothing: from the seed.
struct Origin {
  std::optional<std::filesystem::path> checkpoint, weights;
  std::vector<std::string> damaged;       ///< newer checkpoints that cannot be used
  std::vector<std::int64_t> saved_steps;  ///< full checkpoints of the run itself, ascending
};

/// Where a run began: its seed, the weights that it was given, or the checkpoint that it branched from.
/// Errors: NotFound where that is gone; InvalidArgument where the weights have changed since.
base::Result<Origin> first_origin(record::Reader& reader, const record::Workspace& workspace,
                                  const std::string& run);

/// Where it can go on: the newest full checkpoint whose file is there and is what the record says; where it
/// began, if it has none yet. Errors: NotFound, and those of first_origin().
base::Result<Origin> newest_origin(record::Reader& reader, const record::Workspace& workspace,
                                   const std::string& run);

}  // namespace ibot::cli
