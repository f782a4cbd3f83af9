// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/record_file.h>

#include <sys/stat.h>

#include <cerrno>

namespace ibot::record {

RecordFile::RecordFile(const Workspace& workspace) : path_(workspace.record_file()) {
  struct stat status {};
  known_ = ::stat(path_.c_str(), &status) == 0;
  if (!known_) return;
  device_ = status.st_dev;
  number_ = status.st_ino;
}

bool RecordFile::is_still_there() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return errno != ENOENT && errno != ENOTDIR;
  return !known_ || (status.st_dev == device_ && status.st_ino == number_);
}

}  // namespace ibot::record
