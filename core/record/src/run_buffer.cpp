// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/run_buffer.h>

#include <algorithm>

namespace ibot::record {
namespace {

// Events and log lines are few; this only keeps a run that repeats itself for days on a full disk from
// growing.
constexpr std::size_t kMaxEvents = 10'000;
constexpr std::size_t kMaxLogLines = 1'000;
constexpr std::int64_t kLongestPauseMicros = 30'000'000;

template <class T>
std::size_t drop_oldest(std::vector<T>& items, std::size_t keep) {
  if (items.size() <= keep) return 0;
  const std::size_t surplus = items.size() - keep;
  items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(surplus));
  return surplus;
}

}  // namespace

RunBuffer::RunBuffer(std::string run) : RunBuffer(std::move(run), Options()) {}

RunBuffer::RunBuffer(std::string run, const Options& options)
    : run_(std::move(run)), options_(options), last_try_(base::now_micros()) {}

void RunBuffer::metric(std::string_view name, std::int64_t step, double value) {
  make_room();
  update_.metrics.push_back({std::string(name), step, value, base::now_micros()});
}

void RunBuffer::event(Event event) {
  if (event.time == 0) event.time = base::now_micros();
  update_.events.push_back(std::move(event));
}

void RunBuffer::log_line(std::string line) {
  update_.log_lines.push_back(std::move(line));
}

void RunBuffer::make_room() {
  if (update_.metrics.size() < options_.capacity) return;
  // A tenth at once, so that a full buffer does not move its points with every new one.
  lost_ +=
      static_cast<std::int64_t>(drop_oldest(update_.metrics, options_.capacity - options_.capacity / 10 - 1));
}

bool RunBuffer::is_due(std::int64_t now) const {
  if (pause_ > 0) return now - last_try_ >= pause_;
  return now - last_try_ >= options_.flush_interval || waiting() >= options_.flush_points;
}

base::Status RunBuffer::flush(Store& store) {
  last_try_ = base::now_micros();
  drop_oldest(update_.events, kMaxEvents);
  drop_oldest(update_.log_lines, kMaxLogLines);
  if (lost_ > 0) {
    update_.events.push_back(
        {0, update_.step.value_or(0), last_try_, EventLevel::Warning, "metrics_lost",
         base::str(lost_, " metric points were given up while the record could not be written"), ""});
  }
  const base::Status status = store.write(run_, update_);
  if (!status) {
    if (lost_ > 0) update_.events.pop_back();
    if (status.error().code == base::ErrorCode::InvalidArgument) {
      // It will never be accepted, and must not hold back what comes after it.
      lost_ += static_cast<std::int64_t>(update_.metrics.size());
      update_ = {};
      return status;
    }
    pause_ = std::min(std::max(2 * pause_, options_.flush_interval), kLongestPauseMicros);
    return status;
  }
  update_ = {};
  pause_ = 0;
  lost_ = 0;
  return {};
}

}  // namespace ibot::record
