// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/plugin/quarantine.h>

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace ibot::plugin {
namespace {

[[noreturn]] void run_as_child(const std::function<void()>& body, int report_to) {
  // The parent wants the signal itself, not the report of a handler that it has installed, and no core file.
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(number, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  try {
    body();
  } catch (...) {  // NOLINT: an exception is an orderly end; the real load reports it
  }
  const char done = 1;
  const ssize_t written = ::write(report_to, &done, 1);
  ::_exit(written == 1 ? 0 : 1);
}

// True if the child came to its end; false if its side of the pipe closed before, or after `patience`.
bool wait_for_report(int read_from, std::chrono::milliseconds patience, bool& timed_out) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{read_from, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    timed_out = ready == 0;
    if (ready <= 0) return false;
    char done = 0;
    return ::read(read_from, &done, 1) == 1;
  }
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return describe_signal(WTERMSIG(status));
  return base::str("exit code ", WEXITSTATUS(status));
}

}  // namespace

base::Status run_in_child(const std::function<void()>& body, std::chrono::milliseconds patience) {
  std::array<int, 2> pipe_ends{};
  if (::pipe(pipe_ends.data()) != 0) return base::error_from_errno(errno, "make a pipe");
  const pid_t child = ::fork();
  if (child < 0) {
    const int error = errno;
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    return base::error_from_errno(error, "start a child process");
  }
  if (child == 0) {
    ::close(pipe_ends[0]);
    run_as_child(body, pipe_ends[1]);
  }
  ::close(pipe_ends[1]);
  bool timed_out = false;
  const bool came_to_its_end = wait_for_report(pipe_ends[0], patience, timed_out);
  ::close(pipe_ends[0]);
  if (timed_out) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (came_to_its_end) return {};
  return base::Error{base::ErrorCode::Internal,
                     timed_out
                         ? base::str("no answer within ",
                                     base::format_duration(std::chrono::duration<double>(patience).count()))
                         : describe_end(status),
                     "", ""};
}

}  // namespace ibot::plugin
