// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/workspace.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ibot::record {

/// The tag of a run that was extracted: it has no full checkpoint, and cannot go on here.
inline constexpr const char* kExtractTag = "extract";

/// What of a run is taken along.
struct ExtractOptions {
  std::int64_t points = 2000;  ///< of each curve, evenly spaced; the last value is always among them
  std::int64_t probe_moments =
      64;  ///< of each probe picture, spaced logarithmically, first and last among them
  /// Compact teachers, with their files: the newest, with two or more the oldest too, then others between, as
  /// evenly as those of the run. Full checkpoints stay behind.
  std::int64_t snapshots = 1;
  std::string study = {};  ///< the one study that is taken along; empty: none
};

struct ExtractReport {
  std::uint64_t bytes = 0;  ///< of all files
};

/// A new workspace with one run of another, small enough to be sent to a colleague or shipped with a program:
/// the whole of its plan, hashes, evaluations, events, tags, notes, colour and folder, thinner curves and
/// probe history, and the newest weights. The record is folded into one file, so that it can be read where
/// nothing can be written. Commands, the trainer's log, the name of its machine and the folders in which
/// probe pictures lay stay behind; the plan is kept to the letter, since its hash speaks of it.
///
/// `folder` must be empty or missing; after an error it is empty again. Errors: NotFound (the run, or a
/// weights file that the record names), AlreadyExists, whatever the disk says. Any thread; the source may be
/// in use.
IBOT_API base::Result<ExtractReport> extract_run(const Workspace& source, std::string_view run,
                                                 const std::filesystem::path& folder,
                                                 const ExtractOptions& options = {});

/// The same with several runs.
IBOT_API base::Result<ExtractReport> extract_runs(const Workspace& source, std::span<const std::string> runs,
                                                  const std::filesystem::path& folder,
                                                  const ExtractOptions& options = {});

}  // namespace ibot::record
