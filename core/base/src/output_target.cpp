// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/output_target.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace ibot::base {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDatabase("SQLite format 3\0", 16);

bool is_database(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  std::array<char, kDatabase.size()> begin{};
  const ssize_t count = ::read(fd, begin.data(), begin.size());
  ::close(fd);
  return count == static_cast<ssize_t>(begin.size()) &&
         std::string_view(begin.data(), begin.size()) == kDatabase;
}

// A link may lead to a file that is yet to be made, which the system's canonical paths do not follow.
fs::path followed(fs::path path) {
  std::error_code error;
  while (fs::is_symlink(path, error)) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path;
}

}  // namespace

Result<OutputTarget> output_target(const fs::path& path) {
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (!exists && errno == ELOOP) return error_from_errno(ELOOP, "write " + path.string());
  if (exists && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) return OutputTarget{path, true};
  if (exists && S_ISREG(info.st_mode) && is_database(path)) {
    return Error{
        ErrorCode::InvalidArgument,
        path.string() + " is an SQLite database, perhaps the record of a workspace: it is not replaced",
        "the name of another file", "Delete it first if nobody needs it"};
  }
  return OutputTarget{followed(path), false};
}

}  // namespace ibot::base
