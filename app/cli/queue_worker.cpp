// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_worker.h"

#include "launch.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/crash_line.h>
#include <ibot/record/reader.h>
#include <ibot/record/record_file.h>
#include <ibot/record/store.h>

#include <algorithm>
#include <optional>
#include <thread>

namespace ibot::cli {
namespace {

using base::str;
using record::QueueItem;
using record::QueueState;

// What may pass: it is said once, and tried again.
bool may_pass(base::ErrorCode code) {
  return code == base::ErrorCode::OutOfSpace || code == base::ErrorCode::Busy || code == base::ErrorCode::Io;
}

class Worker {
 public:
  Worker(const record::Workspace& workspace, const WorkerOptions& options, record::Store store,
         record::Reader reader)
      : workspace_(workspace), options_(options), store_(std::move(store)), reader_(std::move(reader)) {}

  base::Status run() {
    IBOT_CHECK_OK(queue_.take_lease(options_.device));
    if (options_.ready) options_.ready();
    say(str("working on the queue of ", options_.device));
    for (;;) {
      if (options_.stop && options_.stop()) asked_ = true;
      if (asked_) return leave();
      const base::Status status = look();
      if (!status && !may_pass(status.error().code)) {
        [[maybe_unused]] const base::Status given = queue_.give_lease(options_.device);
        return status;
      }
      complain(status);
      if (empty_) {
        IBOT_TRY(const bool gone, leave_empty());
        if (gone) return {};
      }
      std::this_thread::sleep_for(options_.poll);
    }
  }

 private:
  void say(const std::string& line) {
    if (options_.say) options_.say(line);
  }

  void complain(const base::Status& status) {
    const std::string text = status ? "" : status.error().to_text();
    if (text != complaint_ && !text.empty()) say(text + "; trying again");
    complaint_ = text;
  }

  base::Status leave() {
    say(item_ ? str("stopped; run ", item_->run, " goes on, and the next worker takes it up") : "stopped");
    return queue_.give_lease(options_.device);
  }

  // What was added while the lease was given back is not left lying.
  base::Result<bool> leave_empty() {
    empty_ = false;
    if (options_.keep_open) return false;
    IBOT_CHECK_OK(queue_.give_lease(options_.device));
    IBOT_TRY(const auto contents, reader_.queue());
    const bool more = std::any_of(contents.items.begin(), contents.items.end(), [&](const QueueItem& item) {
      return item.device == options_.device && item.state == QueueState::Waiting;
    });
    if (more && queue_.take_lease(options_.device)) return false;
    say("the queue is empty");
    return true;
  }

  base::Status is_here() const {
    if (record_.is_still_there()) return {};
    return base::Error{
        base::ErrorCode::NotFound,
        str("the workspace ", workspace_.folder().string(), " is gone: it was moved or deleted"), "",
        "Where it is now, `ibot queue run` goes on, beginning with the run in hand"};
  }

  base::Status keep_lease() {
    if (since_heartbeat_ && since_heartbeat_->seconds() * 1e6 < record::kHeartbeatMicros / 2.0) {
      // Being asked to stop is read more often than the heartbeat is written.
      IBOT_TRY(const auto contents, reader_.queue());
      for (const record::QueueWorker& worker : contents.workers)
        asked_ = asked_ || (worker.device == options_.device && worker.stopping);
      return {};
    }
    IBOT_TRY(const bool asked, queue_.keep_lease(options_.device));
    asked_ = asked_ || asked;
    since_heartbeat_.emplace();
    return {};
  }

  base::Status look() {
    IBOT_CHECK_OK(is_here());
    IBOT_CHECK_OK(keep_lease());
    if (asked_) return {};
    if (!item_) {
      IBOT_TRY(item_, queue_.next(options_.device));
      empty_ = !item_;
      if (!item_) return {};
      say(str("item ", item_->number, ": run ", item_->run, ", attempt ", item_->attempts, " of ",
              item_->most_attempts));
    }
    const auto run = reader_.run(item_->run);
    if (!run && run.error().code == base::ErrorCode::NotFound) {
      say(str("run ", item_->run, " was deleted"));
      item_.reset();
      return {};
    }
    if (!run) return run.error();
    if (run->process == item_->before) return start();
    const record::EffectiveStatus status = record::effective_status(workspace_, *run, base::now_micros());
    if (record::is_active(status.state)) return {};
    return conclude(*run, status);
  }

  base::Status start() {
    IBOT_CHECK_OK(is_here());
    IBOT_CHECK_OK(workspace_.create_run_folders(item_->run));
    const base::Status launched = options_.launch
                                      ? options_.launch(item_->run, item_->before)
                                      : launch_trainer(workspace_, item_->run, {"--resume"}, item_->before);
    if (launched) return {};
    IBOT_CHECK_OK(is_here());
    // A trainer that was on its way already may have taken the run: then that one is followed.
    IBOT_TRY(const record::Run run, reader_.run(item_->run));
    return run.process == item_->before ? fail(launched.error().to_text(), true) : base::Status();
  }

  base::Status conclude(const record::Run& run, const record::EffectiveStatus& status) {
    switch (status.state) {
      case record::State::Completed:
        return finish(QueueState::Done, run.exit_reason);
      case record::State::Stopped:
        if (run.exit_reason.starts_with("interrupted")) return fail("its trainer was interrupted", true);
        if (run.exit_reason == "step limit") return finish(QueueState::Done, run.exit_reason);
        return finish(QueueState::Cancelled, "stopped on request");
      default:
        break;
    }
    // A resume repeats every bit, so what was not finite would be so again.
    const bool hopeless = run.exit_reason == "non_finite";
    return fail(run.error.empty() ? status.text : run.error, !hopeless);
  }

  base::Status fail(const std::string& reason, bool again) {
    say(str("run ", item_->run, " failed: ", reason));
    if (!again || item_->attempts >= item_->most_attempts) return finish(QueueState::Failed, reason);
    IBOT_TRY(item_, queue_.try_again(item_->number, reason));
    say(str("attempt ", item_->attempts, " of ", item_->most_attempts));
    return {};
  }

  base::Status finish(QueueState state, const std::string& reason) {
    IBOT_CHECK_OK(queue_.finish(item_->number, state, reason));
    say(str("run ", item_->run, " is ", record::to_string(state), reason.empty() ? "" : ": ", reason));
    item_.reset();
    return {};
  }

  const record::Workspace& workspace_;
  const WorkerOptions& options_;
  record::Store store_;
  record::Reader reader_;
  record::Queue queue_{store_};
  record::RecordFile record_{workspace_};
  std::optional<QueueItem> item_;
  std::optional<base::Stopwatch> since_heartbeat_;
  std::string complaint_;
  bool asked_ = false;
  bool empty_ = false;
};

}  // namespace

base::Status run_queue(const record::Workspace& workspace, const WorkerOptions& options) {
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  Worker worker(workspace, options, std::move(store), std::move(reader));
  return worker.run();
}

}  // namespace ibot::cli
