// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/workspace.h>

#include <string>
#include <vector>

namespace ibot::record {

/// What became of the runs of another record.
struct MergeReport {
  std::vector<std::string> added;    ///< ids
  std::vector<std::string> known;    ///< were here already, and stay as they are
  std::vector<std::string> deleted;  ///< were deleted here, and do not come back
  std::vector<std::string> studies;  ///< names of the studies that were added
};

/// Takes over the runs of another record, with all that was recorded of them and the files that it names, and
/// its studies of names that are not taken here; all of it or nothing. Commands, queue and logs stay behind.
/// Beside any number of Stores on `target`. The other record is untrusted; it must be writable, since one of
/// an earlier version is brought up to date. Errors: Corrupt (a file is not what its record says, or lies
/// outside of its run), those of opening a record.
IBOT_API base::Result<MergeReport> merge_record(const Workspace& source, const Workspace& target);

}  // namespace ibot::record
