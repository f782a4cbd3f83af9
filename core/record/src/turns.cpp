// SPDX-License-Identifier: GPL-3.0-or-later
#include "turns.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace ibot::record {

base::Result<Turns> Turns::open(const std::filesystem::path& folder, std::chrono::milliseconds timeout) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return base::error_from_errno(errno, "open the folder " + folder.string());
  return Turns(fd, timeout);
}

Turns::~Turns() {
  if (fd_ >= 0) ::close(fd_);
}

base::Status Turns::take() {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds kLongestPause{5000};
  const auto end = Clock::now() + timeout_;
  for (std::chrono::microseconds pause{50};; pause = std::min(2 * pause, kLongestPause)) {
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return {};
    if (Clock::now() >= end) {
      return base::Error{base::ErrorCode::Busy,
                         base::str("cannot write to the record: another program has been writing for ",
                                   base::format_duration(std::chrono::duration<double>(timeout_).count())),
                         "", "Try again in a moment; nothing was lost"};
    }
    std::this_thread::sleep_for(pause);
  }
}

void Turns::give_back() {
  ::flock(fd_, LOCK_UN);
}

}  // namespace ibot::record
