// SPDX-License-Identifier: GPL-3.0-or-later
#include "quit_on_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace ibot::ui {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGHUP, SIGINT};
std::atomic<int> g_write_end{-1};

// Only what a signal's handler may do.
void tell(int) {
  const int error = errno;
  const char one = 1;
  [[maybe_unused]] const auto written = ::write(g_write_end.load(), &one, 1);
  errno = error;
}

void handle_with(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : kSignals) ::sigaction(signal, &action, nullptr);
}

}  // namespace

QuitOnSignals::QuitOnSignals(QObject* parent) : QObject(parent) {
  if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;  // then they end the program at once
  g_write_end = pipe_[1];
  notifier_ = new QSocketNotifier(pipe_[0], QSocketNotifier::Read, this);
  connect(notifier_, &QSocketNotifier::activated, this, [this] {
    char bytes[16];
    while (::read(pipe_[0], bytes, sizeof bytes) > 0) {
    }
    // Not quit(): windows may refuse to close.
    QCoreApplication::exit(0);
  });
  handle_with(tell);
}

QuitOnSignals::~QuitOnSignals() {
  if (notifier_ == nullptr) return;
  handle_with(SIG_DFL);
  g_write_end = -1;
  for (const int end : pipe_) ::close(end);
}

}  // namespace ibot::ui
