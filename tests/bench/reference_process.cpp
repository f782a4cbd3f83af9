// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_process.h"

#include <ibot/base/text.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

extern char** environ;

namespace ibot::bench {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestAnswer = std::size_t{1} << 20;
constexpr std::chrono::seconds kGoodbye{5};

Error system_error(const std::string& attempted, int number) {
  return {ErrorCode::Io, str(attempted, ": ", std::strerror(number)), "", ""};
}

Error no_object(const std::string& line) {
  return {ErrorCode::Corrupt, str("the reference answered ", base::quote_untrusted(line)),
          "one JSON object in a line",
          "it must print nothing else on standard output; tests/bench/README.md has the protocol"};
}

base::Result<double> positive(const nlohmann::json& answer, const char* key) {
  const auto found = answer.find(key);
  if (found == answer.end() || !found->is_number() || !(found->get<double>() >= 0)) {
    return Error{ErrorCode::Corrupt, str("the reference's answer has no usable \"", key, "\""),
                 "a number, not negative", ""};
  }
  return found->get<double>();
}

}  // namespace

base::Result<std::unique_ptr<ReferenceProcess>> ReferenceProcess::start(const std::string& command,
                                                                        std::chrono::milliseconds timeout) {
  // A reference that died must be an error from write(), not the end of the benchmark.
  ::signal(SIGPIPE, SIG_IGN);

  std::array<int, 2> requests{};
  std::array<int, 2> answers{};
  if (::pipe2(requests.data(), O_CLOEXEC) != 0)
    return system_error("cannot open a pipe to the reference", errno);
  if (::pipe2(answers.data(), O_CLOEXEC) != 0) {
    const int number = errno;
    ::close(requests[0]);
    ::close(requests[1]);
    return system_error("cannot open a pipe to the reference", number);
  }

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, requests[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
  // A process group of its own, so that the shell and all that it started end together.
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);

  std::string shell = "sh";
  std::string flag = "-c";
  std::string text = command;
  std::array<char*, 4> arguments{shell.data(), flag.data(), text.data(), nullptr};
  pid_t process = -1;
  const int failure = ::posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(requests[0]);
  ::close(answers[1]);
  if (failure != 0) {
    ::close(requests[1]);
    ::close(answers[0]);
    return system_error("cannot start the reference", failure);
  }

  std::unique_ptr<ReferenceProcess> reference(
      new ReferenceProcess(process, requests[1], answers[0], timeout));  // NOLINT: private constructor
  IBOT_TRY(reference->about_, reference->ask({{"op", "hello"}}));
  return reference;
}

ReferenceProcess::ReferenceProcess(pid_t process, int to_child, int from_child,
                                   std::chrono::milliseconds timeout)
    : process_(process), to_child_(to_child), from_child_(from_child), timeout_(timeout) {
  // Writes must not block for ever on a reference that reads nothing.
  ::fcntl(to_child_, F_SETFL, ::fcntl(to_child_, F_GETFL) | O_NONBLOCK);
}

ReferenceProcess::~ReferenceProcess() {
  const bool listens = !timed_out_ && send("{\"op\":\"quit\"}\n").ok();
  ::close(to_child_);
  const auto deadline = Clock::now() + (listens ? kGoodbye : std::chrono::seconds(0));
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (Clock::now() > deadline) {
      ::kill(-process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  // What the shell left behind in its group.
  ::kill(-process_, SIGKILL);
  ::close(from_child_);
}

base::Status ReferenceProcess::prepare(const std::string& bench, const nlohmann::json& settings) {
  IBOT_TRY([[maybe_unused]] const auto answer,
           ask({{"op", "prepare"}, {"bench", bench}, {"settings", settings}}));
  return {};
}

base::Result<Measurement> ReferenceProcess::run(int iterations) {
  IBOT_TRY(const nlohmann::json answer, ask({{"op", "run"}, {"iterations", iterations}}));
  Measurement measurement;
  IBOT_TRY(measurement.seconds, positive(answer, "seconds"));
  IBOT_TRY(measurement.items, positive(answer, "items"));
  if (const auto stages = answer.find("stages"); stages != answer.end() && stages->is_object()) {
    for (const auto& [name, seconds] : stages->items()) {
      if (seconds.is_number()) measurement.stages[name] = seconds.get<double>();
    }
  }
  return measurement;
}

base::Result<MemoryUse> ReferenceProcess::memory() {
  IBOT_TRY(const nlohmann::json answer, ask({{"op", "memory"}}));
  IBOT_TRY(const double peak, positive(answer, "peak_rss"));
  IBOT_TRY(const double before, positive(answer, "rss_before_model"));
  return MemoryUse{static_cast<std::uint64_t>(before), static_cast<std::uint64_t>(peak)};
}

base::Result<nlohmann::json> ReferenceProcess::ask(const nlohmann::json& request) {
  IBOT_CHECK_OK(send(request.dump() + "\n"));
  IBOT_TRY(const std::string line, receive());
  nlohmann::json answer = nlohmann::json::parse(line, nullptr, false);
  if (!answer.is_object()) return no_object(line);
  if (const auto failure = answer.find("error"); failure != answer.end()) {
    return Error{ErrorCode::Io, str("the reference reports: ", base::quote_untrusted(failure->dump(), 400)),
                 "", ""};
  }
  return answer;
}

base::Status ReferenceProcess::send(const std::string& line) {
  const auto deadline = Clock::now() + timeout_;
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t count = ::write(to_child_, line.data() + sent, line.size() - sent);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EINTR) {
      timed_out_ = Clock::now() > deadline;
      if (timed_out_) return system_error("the reference does not read its input", ETIMEDOUT);
      pollfd writable{to_child_, POLLOUT, 0};
      ::poll(&writable, 1, 100);
    } else {
      return system_error("cannot write to the reference", errno);
    }
  }
  return {};
}

base::Result<std::string> ReferenceProcess::receive() {
  const auto deadline = Clock::now() + timeout_;
  while (true) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    if (received_.size() > kLongestAnswer) return no_object(received_);

    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd readable{from_child_, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1000)));
    if (ready == 0 && Clock::now() >= deadline) {
      timed_out_ = true;
      return Error{ErrorCode::Io,
                   str("the reference gave no answer within ", timeout_.count() / 1000.0, " s"), "",
                   "give it longer with --timeout"};
    }
    if (ready <= 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(from_child_, buffer.data(), buffer.size());
    if (count == 0) {
      return Error{ErrorCode::Io, "the reference ended before it answered", "",
                   "its own words, if any, are on standard error above"};
    }
    if (count < 0 && errno != EINTR) return system_error("cannot read from the reference", errno);
    if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace ibot::bench
