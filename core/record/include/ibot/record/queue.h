// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/liveness.h>
#include <ibot/record/rows.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The queue of a workspace: recorded runs that wait for a trainer, in order, one at a time on each device. It
// is rows like everything else; a worker (`ibot queue run`) is a process that holds the lease of a device and
// works its items off. Workers may be killed at any moment: the next one takes up what it finds.

namespace ibot::record {

class Store;

enum class QueueState : std::uint8_t {
  Waiting = 1,
  Running,    ///< a worker took it; whether its trainer is there says the run itself
  Done,       ///< the run reached its planned end
  Failed,     ///< the last of its attempts failed
  Cancelled,  ///< taken out before it ran, or its run was stopped on request
};

IBOT_API std::string_view to_string(QueueState state);
IBOT_API std::optional<QueueState> parse_queue_state(std::string_view name);

/// A run in the queue.
struct QueueItem {
  std::int64_t number = 0;  ///< given by the record, ascending
  std::string run;
  std::string device;  ///< the slot in which it runs: "cpu", "cuda:0"
  QueueState state = QueueState::Waiting;
  std::int64_t attempts = 0;  ///< begun
  std::int64_t most_attempts = 0;
  std::int64_t added = 0;
  std::optional<std::int64_t> started;  ///< the newest attempt
  std::optional<std::int64_t> ended;
  std::string reason;  ///< why it ended, or why the last attempt failed, in words
  ProcessIdentity
      before;  ///< who held the run when this attempt began: another one now is this attempt's trainer
};

/// Who works off the items of a device.
struct QueueWorker {
  std::string device;
  ProcessIdentity process;
  std::int64_t heartbeat = 0;
  std::int64_t started = 0;
  bool stopping = false;  ///< it was asked to take no more
};

struct QueueContents {
  /// Running ones, then waiting ones in their order, then ended ones, the newest first.
  std::vector<QueueItem> items;
  std::vector<QueueWorker> workers;  ///< also those that died: judge_life() tells
};

/// Where an item stands, for people: "running, step 120 of 1,000", "failed after 2 attempts: ...".
IBOT_API std::string queue_sentence(const QueueItem& item, const Run& run, std::int64_t now);

struct NewQueueItem {
  std::string device = "cpu";
  std::int64_t most_attempts = 1;  ///< in all, 1 to 100
};

/// A run that is recorded and queued in one go.
struct NewQueuedRun {
  NewRun run;
  NewQueueItem item;
};

/// The one name of a device's slot: "cuda" is "cuda:0".
IBOT_API std::string queue_slot(std::string_view device);

/// The writing side of the queue, through a Store that must outlive it; thread and errors are the Store's.
/// NotFound where the item is not in the queue. Every change is on the disk when the call returns.
class IBOT_API Queue {
 public:
  explicit Queue(Store& store) : store_(store) {}

  // --- what people do

  /// Appends a run that can be started, resumed or taken on after an extension. Errors, in words:
  /// InvalidArgument (a trainer is at work on it, it has reached its end, it is in the trash), AlreadyExists
  /// (it waits already).
  base::Result<std::int64_t> add(std::string_view run, const NewQueueItem& item);
  /// Records new runs and appends them: all of them, or none if anything goes wrong.
  base::Result<std::vector<std::int64_t>> add_new(std::span<const NewQueuedRun> runs);
  /// Moves a waiting item to a place among those that wait for its device; 1 is next. Errors: InvalidArgument
  /// (it does not wait).
  base::Status move(std::int64_t number, std::int64_t place);
  /// Takes a waiting item out, so that it is cancelled; an ended one leaves the list. Errors: Busy (it runs).
  base::Status remove(std::int64_t number);
  /// Lets a failed or cancelled item wait again, behind all others, with all its attempts. Errors as add().
  base::Status retry(std::int64_t number);
  /// Asks the worker of a device to take no more and end; the run in hand goes on. Errors: NotFound (none
  /// lives).
  base::Status stop_worker(std::string_view device);

  // --- what a worker does. Cancelled where another process has taken the lease meanwhile.

  /// Becomes the worker of a device. One that died is replaced. Errors: Busy (one lives), InvalidArgument
  /// (device).
  base::Status take_lease(std::string_view device, const ProcessIdentity& process = current_process());
  /// Sign of life, at least every kHeartbeatMicros. True: asked to stop.
  base::Result<bool> keep_lease(std::string_view device);
  base::Status give_lease(std::string_view device);
  /// The item to work on: the one that a worker left running, or the first that waits, which is running from
  /// here on; nullopt if there is none. Items whose run reached its end by itself are closed on the way.
  base::Result<std::optional<QueueItem>> next(std::string_view device);
  /// Begins another attempt at a running item. Errors: InvalidArgument (no attempts are left).
  base::Result<QueueItem> try_again(std::int64_t number, std::string_view reason);
  /// Closes a running item as Done, Failed or Cancelled.
  base::Status finish(std::int64_t number, QueueState state, std::string_view reason);

 private:
  base::Status require_lease(std::string_view device);

  Store& store_;
  std::map<std::string, ProcessIdentity, std::less<>> leases_;
};

}  // namespace ibot::record
