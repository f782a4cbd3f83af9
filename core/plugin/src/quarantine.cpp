// SPDX-License-Identifier: GPL-3.0-or-later
#include "marker_name.h"

#include <ibot/base/file.h>
#include <ibot/base/log.h>
#include <ibot/base/text.h>
#include <ibot/plugin/quarantine.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace ibot::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLoading = ".loading";
constexpr std::string_view kSuspect = ".suspect";
constexpr std::string_view kQuarantined = ".quarantined";
constexpr std::array kFatalSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
// Notes are a line long; anything larger is not ours.
constexpr std::uint64_t kNoteLimit = 4096;

// What the signal handler may touch: it can allocate nothing and lock nothing.
struct CrashNote {
  volatile std::sig_atomic_t file_descriptor = -1;
  std::array<struct sigaction, kFatalSignals.size()> before{};
};
CrashNote crash_note;

void restore_handlers() {
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i) {
    ::sigaction(kFatalSignals[i], &crash_note.before[i], nullptr);
  }
}

// Writes "signal NN", then lets the signal take its former course.
void note_crash(int number) {
  const int error = errno;
  char text[] = "signal 00\n";
  text[7] = static_cast<char>('0' + number / 10);
  text[8] = static_cast<char>('0' + number % 10);
  [[maybe_unused]] const ssize_t written = ::write(crash_note.file_descriptor, text, sizeof text - 1);
  restore_handlers();
  errno = error;
  ::raise(number);
}

void install_handlers(int file_descriptor) {
  crash_note.file_descriptor = file_descriptor;
  struct sigaction action {};
  action.sa_handler = note_crash;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i) {
    ::sigaction(kFatalSignals[i], &action, &crash_note.before[i]);
  }
}

std::optional<std::string> without_suffix(const fs::path& path, std::string_view suffix) {
  const std::string name = path.filename().string();
  if (!name.ends_with(suffix)) return std::nullopt;
  return name.substr(0, name.size() - suffix.size());
}

// Whether the marker's process lives. The lock tells it without trusting process ids, which are reused.
bool is_locked(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  const bool locked = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return locked;
}

// The signal that a marker's process wrote before it ended; 0: none.
int signal_in(const fs::path& path) {
  const auto text = base::read_text_file(path, kNoteLimit);
  if (!text) return 0;
  const std::size_t at = text->find("signal ");
  if (at == std::string::npos) return 0;
  const auto number = base::parse_int(base::trim(std::string_view(*text).substr(at + 7)));
  return number && *number > 0 && *number < 100 ? static_cast<int>(*number) : 0;
}

void remove_file(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

std::string describe_signal(int signal_number) {
  const char* text = ::sigdescr_np(signal_number);
  return text ? base::str("signal ", signal_number, " (", text, ")") : base::str("signal ", signal_number);
}

struct Quarantine::Marker::State {
  fs::path path;
  int fd = -1;

  ~State() {
    restore_handlers();
    crash_note.file_descriptor = -1;
    remove_file(path);
    ::close(fd);
  }
};

Quarantine::Marker::Marker(std::unique_ptr<State> state) : state_(std::move(state)) {}
Quarantine::Marker::Marker(Marker&&) noexcept = default;
Quarantine::Marker& Quarantine::Marker::operator=(Marker&&) noexcept = default;
Quarantine::Marker::~Marker() = default;

Quarantine::Quarantine(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error || ::access(folder_.c_str(), W_OK | X_OK) != 0) {
    base::log_warning("crashes of plugins cannot be remembered: cannot write in " + folder_.string());
    folder_.clear();
  }
}

fs::path Quarantine::file(std::string_view name, std::string_view suffix) const {
  return folder_ / (marker_stem(name) + std::string(suffix));
}

void Quarantine::refresh() {
  reasons_.clear();
  suspects_.clear();
  if (folder_.empty()) return;
  std::error_code error;
  std::vector<fs::path> files;
  for (auto entry = fs::directory_iterator(folder_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    files.push_back(entry->path());
  }
  for (const fs::path& path : files) {
    const auto stem = without_suffix(path, kLoading);
    if (!stem || is_locked(path)) continue;
    const std::string name = name_of_marker(*stem);
    if (const int number = signal_in(path)) {
      add(name, "it brought the program down while it was loaded: " + describe_signal(number));
      remove_file(path);
    } else {
      fs::rename(path, file(name, kSuspect), error);
      suspects_.insert(name);
    }
  }
  for (const fs::path& path : files) {
    if (const auto stem = without_suffix(path, kQuarantined)) {
      const auto text = base::read_text_file(path, kNoteLimit);
      reasons_.emplace(name_of_marker(*stem), text ? std::string(base::trim(*text)) : "it crashed");
    } else if (const auto suspect = without_suffix(path, kSuspect)) {
      suspects_.insert(name_of_marker(*suspect));
    }
  }
}

std::optional<std::string> Quarantine::reason(std::string_view name) const {
  const auto found = reasons_.find(name);
  if (found == reasons_.end()) return std::nullopt;
  return found->second;
}

bool Quarantine::is_suspect(std::string_view name) const {
  return suspects_.contains(name);
}

void Quarantine::add(std::string_view name, std::string_view reason) {
  reasons_.insert_or_assign(std::string(name), std::string(reason));
  if (folder_.empty()) return;
  const auto written = base::write_file_atomically(file(name, kQuarantined), base::str(reason, "\n"));
  if (!written) base::log_warning("a plugin's crash cannot be remembered: " + written.error().to_text());
  clear_suspicion(name);
}

void Quarantine::clear_suspicion(std::string_view name) {
  if (const auto found = suspects_.find(name); found != suspects_.end()) suspects_.erase(found);
  if (!folder_.empty()) remove_file(file(name, kSuspect));
}

base::Status Quarantine::clear(std::string_view name) {
  const auto found = reasons_.find(name);
  if (found == reasons_.end()) {
    return base::Error{base::ErrorCode::NotFound,
                       base::str("plugin ", base::quote_untrusted(name), " is not quarantined"), "", ""};
  }
  if (!folder_.empty()) {
    std::error_code error;
    fs::remove(file(name, kQuarantined), error);
    if (error) return base::error_from_errno(error.value(), "remove " + file(name, kQuarantined).string());
  }
  reasons_.erase(found);
  clear_suspicion(name);
  return {};
}

Quarantine::Marker Quarantine::mark_loading(std::string_view name) {
  if (folder_.empty()) return Marker(nullptr);
  static std::atomic<unsigned> counter{0};
  const fs::path path = file(name, base::str(".", ::getpid(), "-", counter++, kLoading));
  // Locked before it has its name, so that no other process can take it for one that was left behind.
  fs::path unnamed = path;
  unnamed += ".new";
  const int fd = ::open(unnamed.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) != 0 || ::rename(unnamed.c_str(), path.c_str()) != 0) {
    base::log_warning(base::str("loading ", name, " without a crash marker: ", std::strerror(errno)));
    if (fd >= 0) ::close(fd);
    remove_file(unnamed);
    return Marker(nullptr);
  }
  auto state = std::make_unique<Marker::State>();
  state->path = path;
  state->fd = fd;
  install_handlers(fd);
  return Marker(std::move(state));
}

}  // namespace ibot::plugin
