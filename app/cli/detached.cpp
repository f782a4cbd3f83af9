// SPDX-License-Identifier: GPL-3.0-or-later
#include "detached.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

namespace ibot::cli {
namespace {

constexpr const char* kReadyVariable = "IBOT_READY_FD";

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

// The last line of what was written after the first `before` bytes: a log may hold earlier processes' words.
std::string last_words(const std::filesystem::path& log, std::uintmax_t before) {
  const auto text = base::read_text_file(log);
  if (!text || text->size() <= before) return "it said nothing";
  const std::string_view words = std::string_view(*text).substr(static_cast<std::size_t>(before));
  const std::string_view trimmed = words.substr(0, words.find_last_not_of('\n') + 1);
  return std::string(trimmed.substr(trimmed.rfind('\n') + 1));
}

// A pipe on which the new process says that it is ready. It closes when that process ends.
struct ReadyPipe {
  int ends[2] = {-1, -1};
  ReadyPipe() = default;
  ReadyPipe(const ReadyPipe&) = delete;
  ReadyPipe& operator=(const ReadyPipe&) = delete;
  ~ReadyPipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

enum class Answer : unsigned char { Ready = 1, Ended, Nothing };

Answer wait_for_answer(int pipe, std::chrono::seconds patience) {
  const base::Stopwatch watch;
  for (;;) {
    const double left = static_cast<double>(patience.count()) - watch.seconds();
    if (left <= 0) return Answer::Nothing;
    pollfd wanted{pipe, POLLIN, 0};
    const int found = ::poll(&wanted, 1, static_cast<int>(left * 1000) + 1);
    if (found < 0 && errno == EINTR) continue;
    if (found == 0) return Answer::Nothing;
    char byte = 0;
    const ssize_t got = ::read(pipe, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    return got == 1 ? Answer::Ready : Answer::Ended;
  }
}

// In the new process: nothing here may allocate.
[[noreturn]] void become(char* const* argv, char* const* environment, const char* log) {
  const int input = ::open("/dev/null", O_RDONLY);
  const int output = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (input < 0 || output < 0) ::_exit(1);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execve(argv[0], argv, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

base::Status start_detached(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                            std::chrono::seconds patience) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return base::error_from_errno(error.value(), "find this program");
  ReadyPipe ready;
  // The reading end stays here; the writing one is inherited on purpose.
  if (::pipe(ready.ends) != 0) return base::error_from_errno(errno, "make a pipe");
  ::fcntl(ready.ends[0], F_SETFD, FD_CLOEXEC);

  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  const std::string prefix = std::string(kReadyVariable) + "=";
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with(prefix)) variables.emplace_back(*variable);
  }
  variables.push_back(prefix + std::to_string(ready.ends[1]));
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> environment = pointers(variables);
  const std::string log_name = log.string();

  const std::uintmax_t before = size_of(log);

  const pid_t child = ::fork();
  if (child < 0) return base::error_from_errno(errno, "start a process");
  if (child == 0) {
    ::setsid();
    const pid_t grandchild = ::fork();
    if (grandchild != 0) ::_exit(grandchild < 0 ? 1 : 0);
    become(argv.data(), environment.data(), log_name.c_str());
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ready.close_end(1);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return base::Error{base::ErrorCode::Io, "a process could not be started", "", ""};
  switch (wait_for_answer(ready.ends[0], patience)) {
    case Answer::Ready:
      return {};
    case Answer::Ended:
      return base::Error{base::ErrorCode::Io, "it ended before it had begun: " + last_words(log, before), "",
                         "Its output is in " + log_name};
    case Answer::Nothing:
      break;
  }
  return base::Error{base::ErrorCode::Busy,
                     base::str("it has not begun within ", patience.count(), " s: ", last_words(log, before)),
                     "", "Its output is in " + log_name};
}

void announce_ready() {
  const char* given = std::getenv(kReadyVariable);
  if (given == nullptr) return;
  const auto end = base::parse_int(given);
  ::unsetenv(kReadyVariable);
  if (!end || *end < 0) return;
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = ::write(static_cast<int>(*end), &byte, 1);
  ::close(static_cast<int>(*end));
}

}  // namespace ibot::cli
