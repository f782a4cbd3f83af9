// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/workspace.h>

#include <cstdint>

namespace ibot::record {

/// Which file a workspace's record was when this was made. Whoever keeps a record open goes on reading it
/// after the workspace was moved, as if nothing had happened, while everything that is opened or started by
/// the old path meets another file or none.
class IBOT_API RecordFile {
 public:
  explicit RecordFile(const Workspace& workspace);
  /// Whether that file still lies there: false after the workspace was moved, deleted or replaced. A place
  /// that cannot be looked at for the moment counts as unchanged. Asks the file system.
  bool is_still_there() const;

 private:
  std::filesystem::path path_;
  std::uint64_t device_ = 0, number_ = 0;
  bool known_ = false;  ///< it could be looked at
};

}  // namespace ibot::record
