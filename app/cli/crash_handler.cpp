// SPDX-License-Identifier: GPL-3.0-or-later
#include "crash_handler.h"

#include <ibot/record/crash_line.h>

#include <unistd.h>

#include <csignal>

namespace ibot::cli {
namespace {

// Nothing here may allocate or lock.
void say_and_die(int number) {
  const std::string_view line = record::crash_line(number);
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  // The default action is back (SA_RESETHAND) and is taken as soon as this returns.
  ::raise(number);
}

}  // namespace

void write_crash_lines() {
  struct sigaction action {};
  action.sa_handler = say_and_die;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    // A sanitizer's own handler says more.
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_DFL) ::sigaction(number, &action, nullptr);
  }
}

}  // namespace ibot::cli
