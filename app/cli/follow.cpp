// SPDX-License-Identifier: GPL-3.0-or-later
#include "follow.h"

#include "stop_signal.h"

#include <ibot/base/clock.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/record/crash_line.h>
#include <ibot/record/store.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <thread>

namespace ibot::cli {
namespace {

std::atomic<int> g_interrupts{0};

class InterruptGuard {
 public:
  InterruptGuard() {
    g_interrupts = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { ++g_interrupts; };
    sigaction(SIGINT, &action, &before_);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() { sigaction(SIGINT, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

double last_value(const record::Run& run, std::string_view name) {
  for (const record::LastValue& value : run.last_values) {
    if (value.name == name) return value.value;
  }
  return 0;
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string status_line(const record::Run& run, double steps_per_second) {
  const double share = run.planned_steps > 0
                           ? 100.0 * static_cast<double>(run.step) / static_cast<double>(run.planned_steps)
                           : 0;
  std::string line = base::str(record::to_string(run.state), "  step ", base::format_count(run.step), " of ",
                               base::format_count(run.planned_steps), " (", fixed(share, 1), " %)");
  if (run.step > 0) {
    line += base::str("  loss ", fixed(last_value(run, "loss"), 3), "  ",
                      fixed(last_value(run, "images_per_second"), 0), " images/s  data wait ",
                      fixed(100 * last_value(run, "data_wait"), 0), " %");
  }
  if (steps_per_second > 0) {
    line += "  " +
            base::format_duration(static_cast<double>(run.planned_steps - run.step) / steps_per_second) +
            " left";
  }
  return line;
}

// A trainer that lives and cannot write: what is shown is old. One that evaluates is silent, too, and needs
// no words.
std::string silence(const record::Workspace& workspace, std::int64_t heartbeat_age) {
  constexpr std::uint64_t kTooLittle = 256 << 10;  // less than one commit may need
  if (heartbeat_age < 4 * record::kHeartbeatMicros) return {};
  const auto free = base::free_disk(workspace.folder());
  if (!free || *free >= kTooLittle) return {};
  return "  the disk is full: no news for " + base::format_duration(static_cast<double>(heartbeat_age) / 1e6);
}

// The record keeps the code by its name. A trainer that died left none.
base::ErrorCode code_of(const record::Run& run) {
  using base::ErrorCode;
  for (const ErrorCode code :
       {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::AlreadyExists, ErrorCode::Corrupt,
        ErrorCode::Unsupported, ErrorCode::Incompatible, ErrorCode::PermissionDenied, ErrorCode::OutOfSpace,
        ErrorCode::Busy, ErrorCode::NonFinite, ErrorCode::OutOfMemory, ErrorCode::Internal}) {
    if (run.exit_reason == base::to_string(code)) return code;
  }
  return ErrorCode::Io;
}

}  // namespace

base::Result<std::int64_t> last_event(record::Reader& reader, const std::string& run) {
  IBOT_TRY(const auto events, reader.events(run));
  return events.empty() ? 0 : events.back().number;
}

base::Status follow_run(const record::Workspace& workspace, const std::string& run_id,
                        const FollowOptions& options) {
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  const InterruptGuard guard;
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const base::Stopwatch watch;
  base::Stopwatch since_line;
  std::int64_t last_event = options.after_event;
  int handled = 0;
  std::int64_t first_step = -1;
  double first_seconds = 0;
  bool printed = false;
  while (true) {
    IBOT_TRY(const record::Run run, reader.run(run_id));
    const record::EffectiveStatus status = record::effective_status(workspace, run, base::now_micros());
    IBOT_TRY(const auto events, reader.events(run_id, last_event));
    for (const record::Event& event : events) {
      if (terminal && printed) std::cerr << "\r\033[K";
      std::cerr << "  step " << base::format_count(event.step) << ": " << event.text << '\n';
      last_event = event.number;
    }
    if (first_step < 0 && run.step > 0) {
      first_step = run.step;
      first_seconds = watch.seconds();
    }
    const double rate = run.step > first_step && first_step >= 0
                            ? static_cast<double>(run.step - first_step) / (watch.seconds() - first_seconds)
                            : 0;
    const bool ended = record::is_ended(status.state);
    if (terminal || ended || since_line.seconds() > 15 || !printed) {
      std::cerr << (terminal ? "\r\033[K" : "") << status_line(run, ended ? 0 : rate)
                << (ended ? std::string() : silence(workspace, status.heartbeat_age))
                << (terminal && !ended ? "" : "\n") << std::flush;
      since_line.restart();
      printed = true;
    }
    if (ended) {
      if (status.state == record::State::Failed) {
        IBOT_TRY(const auto tail, reader.log_tail(run_id));
        for (std::size_t i = tail.size() > 5 ? tail.size() - 5 : 0; i < tail.size(); ++i)
          std::cerr << "  | " << tail[i] << '\n';
        const std::string why = run.error.empty() ? status.text : run.error;
        IBOT_TRY(const auto files, reader.checkpoints(run_id));
        const bool can_go_on = std::any_of(files.begin(), files.end(), [](const record::Checkpoint& file) {
          return file.kind == record::CheckpointKind::Full && file.state == record::CheckpointState::Present;
        });
        return base::Error{
            status.died ? base::ErrorCode::Io : code_of(run), "the run " + run_id + " failed: " + why, "",
            can_go_on ? "`ibot resume " + run_id + "` goes on from its last checkpoint" : std::string()};
      }
      if (g_interrupts > 0 && status.state == record::State::Stopped) {
        return base::Error{base::ErrorCode::Cancelled, "the run " + run_id + " was interrupted", "",
                           "`ibot resume " + run_id + "` goes on"};
      }
      return {};
    }
    if (options.seconds > 0 && first_step >= 0 && watch.seconds() - first_seconds > options.seconds) {
      if (terminal) std::cerr << '\n';
      return {};
    }
    if (g_interrupts > handled) {
      handled = g_interrupts;
      const bool now = handled > 1;
      const auto kind = now ? record::CommandKind::StopNow : record::CommandKind::Stop;
      auto store = record::Store::open(workspace);
      const base::Result<std::int64_t> sent = store ? store->put_command(run_id, kind) : store.error();
      if (terminal) std::cerr << '\n';
      std::cerr << (now ? "Stopping at once.\n"
                        : "Stopping after the step in hand; Ctrl+C again stops without saving.\n");
      if (!sent && now && sent.error().code == base::ErrorCode::OutOfSpace) {
        IBOT_CHECK_OK(stop_by_signal(run, sent.error()));
      } else if (!sent) {
        std::cerr << sent.error().to_text() << '\n';
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(terminal ? 250 : 500));
  }
}

}  // namespace ibot::cli
