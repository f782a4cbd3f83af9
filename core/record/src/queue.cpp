// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.h"
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/queue.h>

#include <algorithm>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

constexpr std::int64_t kMostAttempts = 100;
constexpr std::size_t kMaxDeviceName = 64;

constexpr NameTable<QueueState, 5> kQueueStates{{{QueueState::Waiting, "waiting"},
                                                 {QueueState::Running, "running"},
                                                 {QueueState::Done, "done"},
                                                 {QueueState::Failed, "failed"},
                                                 {QueueState::Cancelled, "cancelled"}}};

base::Result<QueueItem> load_item(Database& database, std::int64_t number) {
  IBOT_TRY(auto query, database.prepare(str("SELECT ", kQueueColumns, " FROM ", kQueueTables,
                                            " WHERE queue_items.number = ?")));
  query.bind(number);
  IBOT_TRY(const bool found, query.next());
  if (found) return queue_item_from(query);
  return base::Error{ErrorCode::NotFound, str("there is no item ", number, " in the queue"), "",
                     "`ibot queue list` lists them"};
}

base::Result<std::optional<QueueWorker>> load_worker(Database& database, std::string_view device) {
  IBOT_TRY(auto query,
           database.prepare(str("SELECT ", kWorkerColumns, " FROM queue_workers WHERE device = ?")));
  query.bind(device);
  IBOT_TRY(const bool found, query.next());
  if (!found) return std::optional<QueueWorker>();
  IBOT_TRY(QueueWorker worker, queue_worker_from(query));
  return std::optional<QueueWorker>(std::move(worker));
}

base::Status check(const NewQueueItem& item) {
  if (base::trim(item.device).empty() || item.device.size() > kMaxDeviceName) {
    return base::Error{ErrorCode::InvalidArgument, "not a device: " + base::quote_untrusted(item.device),
                       "cpu, cuda:0, ...", ""};
  }
  if (item.most_attempts < 1 || item.most_attempts > kMostAttempts) {
    return base::Error{ErrorCode::InvalidArgument,
                       str("a run cannot be attempted ", item.most_attempts, " times"),
                       str("1 to ", kMostAttempts), ""};
  }
  return {};
}

// Whether a trainer started now would have something to do.
base::Status check_startable(const Run& run) {
  const EffectiveStatus status = effective_status(run, base::now_micros());
  if (run.trashed) {
    return base::Error{ErrorCode::InvalidArgument, str("run ", run.id, " is in the trash"), "",
                       str("`ibot restore ", run.id, "` brings it back")};
  }
  if (is_active(status.state)) {
    return base::Error{ErrorCode::InvalidArgument, str("run ", run.id, " is ", status.text, " already"),
                       "a run without a living trainer", ""};
  }
  if (status.state == State::Completed && run.step >= run.planned_steps) {
    return base::Error{ErrorCode::InvalidArgument, str("run ", run.id, " has reached its planned end"),
                       "a run that has steps left", str("`ibot extend ", run.id, "` gives it more")};
  }
  return {};
}

base::Status check_not_queued(Database& database, std::int64_t run, std::string_view id) {
  IBOT_TRY(const auto open, open_queue_item(database, run));
  if (!open) return {};
  return base::Error{ErrorCode::AlreadyExists, str("run ", id, " is in the queue already, as item ", *open),
                     "", ""};
}

constexpr char kLastPosition[] = "(SELECT coalesce(max(position), 0) FROM queue_items)";

base::Result<std::int64_t> append(Database& database, std::int64_t run, const NewQueueItem& item) {
  IBOT_CHECK_OK(database.run(
      str("INSERT INTO queue_items(run, position, device, state, most_attempts, added) VALUES(?, 1 + ",
          kLastPosition, ", ?, 'waiting', ?, ?)"),
      run, base::trim(item.device), item.most_attempts, base::now_micros()));
  return database.last_insert_rowid();
}

// Precondition: the item is waiting, or running and about to be tried again.
base::Status begin_attempt(Database& database, const QueueItem& item, const Run& run) {
  // A run that somebody started by hand is followed as if its trainer were the worker's own.
  const bool active = is_active(effective_status(run, base::now_micros()).state);
  const ProcessIdentity before = active ? ProcessIdentity{} : run.process;
  return database.run(
      "UPDATE queue_items SET state = 'running', attempts = attempts + 1, started = ?, ended = NULL, "
      "before_host = ?, before_pid = ?, before_mark = ? WHERE number = ?",
      base::now_micros(), before.host, before.pid, before.start_mark, item.number);
}

base::Status close_item(Database& database, std::int64_t number, QueueState state, std::string_view reason) {
  return database.run("UPDATE queue_items SET state = ?, ended = ?, reason = ? WHERE number = ?",
                      to_string(state), base::now_micros(), reason, number);
}

base::Error not_running(const QueueItem& item) {
  return {ErrorCode::InvalidArgument, str("item ", item.number, " of the queue is ", to_string(item.state)),
          "a running item", ""};
}

}  // namespace

std::string_view to_string(QueueState state) {
  return name_in(kQueueStates, state);
}

std::optional<QueueState> parse_queue_state(std::string_view name) {
  return value_in(kQueueStates, name);
}

std::string queue_slot(std::string_view device) {
  const std::string_view name = base::trim(device);
  return name == "cuda" ? "cuda:0" : std::string(name);
}

std::string queue_sentence(const QueueItem& item, const Run& run, std::int64_t now) {
  const auto with_reason = [&](std::string text) {
    return item.reason.empty() ? text : text + ": " + item.reason;
  };
  switch (item.state) {
    case QueueState::Waiting:
      return "waiting";
    case QueueState::Done:
      return with_reason("done");
    case QueueState::Cancelled:
      return with_reason("cancelled");
    case QueueState::Failed:
      return with_reason(str("failed after ", item.attempts, item.attempts == 1 ? " attempt" : " attempts"));
    case QueueState::Running:
      break;
  }
  const std::string attempt =
      item.attempts > 1 ? str(", attempt ", item.attempts, " of ", item.most_attempts) : std::string();
  const EffectiveStatus status = effective_status(run, now);
  if (is_active(status.state)) {
    return str(status.text, ", step ", base::format_count(run.step), " of ",
               base::format_count(run.planned_steps), attempt);
  }
  if (run.process == item.before) return "about to start" + attempt;
  return status.text + "; a worker will see to it";
}

base::Result<std::int64_t> Queue::add(std::string_view run, const NewQueueItem& item) {
  IBOT_CHECK_OK(check(item));
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const auto loaded, load_run(database, run));
  IBOT_CHECK_OK(check_startable(loaded.run));
  IBOT_CHECK_OK(check_not_queued(database, loaded.number, run));
  IBOT_TRY(const std::int64_t number, append(database, loaded.number, item));
  IBOT_CHECK_OK(transaction.commit());
  return number;
}

base::Result<std::vector<std::int64_t>> Queue::add_new(std::span<const NewQueuedRun> runs) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  std::vector<std::int64_t> numbers;
  for (const auto& [run, item] : runs) {
    IBOT_CHECK_OK(check(item));
    IBOT_TRY(const std::int64_t recorded, store_.impl_->insert_run(run));
    IBOT_TRY(const std::int64_t number, append(database, recorded, item));
    numbers.push_back(number);
  }
  IBOT_CHECK_OK(transaction.commit());
  return numbers;
}

base::Status Queue::move(std::int64_t number, std::int64_t place) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const QueueItem item, load_item(database, number));
  if (item.state != QueueState::Waiting) {
    return base::Error{ErrorCode::InvalidArgument,
                       str("item ", number, " of the queue cannot be moved: it is ", to_string(item.state)),
                       "an item that waits", ""};
  }
  struct Place {
    std::int64_t number, position;
  };
  std::vector<Place> waiting;
  {
    IBOT_TRY(auto query,
             database.prepare("SELECT number, position FROM queue_items WHERE device = ? AND state "
                              "= 'waiting' ORDER BY position LIMIT 100000"));
    query.bind(item.device);
    IBOT_TRY(waiting, collect<Place>(query, [](const Statement& row) {
               return Place{row.integer(0), row.integer(1)};
             }));
  }
  // The places stay, and who has which changes.
  std::vector<std::int64_t> order;
  for (const Place& other : waiting) {
    if (other.number != number) order.push_back(other.number);
  }
  const std::int64_t index = std::clamp<std::int64_t>(place - 1, 0, static_cast<std::int64_t>(order.size()));
  order.insert(order.begin() + index, number);
  for (std::size_t i = 0; i < order.size(); ++i) {
    IBOT_CHECK_OK(
        database.run("UPDATE queue_items SET position = ? WHERE number = ?", waiting[i].position, order[i]));
  }
  return transaction.commit();
}

base::Status Queue::remove(std::int64_t number) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const QueueItem item, load_item(database, number));
  if (item.state == QueueState::Running) {
    return base::Error{ErrorCode::Busy, str("item ", number, " of the queue is running"),
                       "an item that waits",
                       str("`ibot stop ", item.run, "` ends it, and the queue goes on with the next")};
  }
  IBOT_CHECK_OK(item.state == QueueState::Waiting
                    ? close_item(database, number, QueueState::Cancelled, "taken out of the queue")
                    : database.run("DELETE FROM queue_items WHERE number = ?", number));
  return transaction.commit();
}

base::Status Queue::retry(std::int64_t number) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const QueueItem item, load_item(database, number));
  IBOT_TRY(const auto loaded, load_run(database, item.run));
  IBOT_CHECK_OK(check_not_queued(database, loaded.number, item.run));
  IBOT_CHECK_OK(check_startable(loaded.run));
  IBOT_CHECK_OK(
      database.run(str("UPDATE queue_items SET state = 'waiting', attempts = 0, started = NULL, ended = "
                       "NULL, position = 1 + ",
                       kLastPosition, " WHERE number = ?"),
                   number));
  return transaction.commit();
}

base::Status Queue::stop_worker(std::string_view device) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const auto worker, load_worker(database, device));
  if (!worker || judge_life(worker->process, worker->heartbeat, base::now_micros()).died) {
    return base::Error{ErrorCode::NotFound,
                       str("nobody works on the queue of ", base::quote_untrusted(device)), "",
                       "`ibot queue run` starts a worker"};
  }
  IBOT_CHECK_OK(database.run("UPDATE queue_workers SET stopping = 1 WHERE device = ?", device));
  return transaction.commit();
}

base::Status Queue::take_lease(std::string_view device, const ProcessIdentity& process) {
  IBOT_CHECK_OK(check(NewQueueItem{std::string(device), 1}));
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const auto worker, load_worker(database, device));
  const std::int64_t now = base::now_micros();
  if (worker && worker->process != process && !judge_life(worker->process, worker->heartbeat, now).died) {
    return base::Error{ErrorCode::Busy,
                       str("the queue of ", device, " is worked off already, by process ",
                           worker->process.pid, " on ", base::quote_untrusted(worker->process.host)),
                       "a device without a worker",
                       str("`ibot queue stop --device ", device, "` ends that one")};
  }
  IBOT_CHECK_OK(
      database.run("REPLACE INTO queue_workers(device, host, pid, process_mark, heartbeat, started) "
                   "VALUES(?, ?, ?, ?, ?, ?)",
                   device, process.host, process.pid, process.start_mark, now, now));
  IBOT_CHECK_OK(transaction.commit());
  leases_.insert_or_assign(std::string(device), process);
  return {};
}

base::Status Queue::require_lease(std::string_view device) {
  const auto held = leases_.find(device);
  IBOT_TRY(const auto worker, load_worker(store_.impl_->database, device));
  if (held != leases_.end() && worker && worker->process == held->second) return {};
  return base::Error{ErrorCode::Cancelled,
                     str("the queue of ", device,
                         " was taken over by another process: this one was taken for "
                         "dead, or never had it"),
                     "", "Nothing more is started from here"};
}

base::Result<bool> Queue::keep_lease(std::string_view device) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Write));
  IBOT_CHECK_OK(require_lease(device));
  IBOT_CHECK_OK(
      database.run("UPDATE queue_workers SET heartbeat = ? WHERE device = ?", base::now_micros(), device));
  IBOT_TRY(const auto worker, load_worker(database, device));
  IBOT_CHECK_OK(transaction.commit());
  return worker && worker->stopping;
}

base::Status Queue::give_lease(std::string_view device) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_CHECK_OK(require_lease(device));
  IBOT_CHECK_OK(database.run("DELETE FROM queue_workers WHERE device = ?", device));
  IBOT_CHECK_OK(transaction.commit());
  leases_.erase(std::string(device));
  return {};
}

base::Result<std::optional<QueueItem>> Queue::next(std::string_view device) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_CHECK_OK(require_lease(device));
  std::optional<QueueItem> chosen;
  while (!chosen) {
    std::optional<QueueItem> first;
    {
      IBOT_TRY(auto query,
               database.prepare(str("SELECT ", kQueueColumns, " FROM ", kQueueTables,
                                    " WHERE device = ? AND queue_items.state IN ('running', 'waiting') "
                                    "ORDER BY queue_items.state = 'waiting', position LIMIT 1")));
      query.bind(device);
      IBOT_TRY(const bool found, query.next());
      if (!found) break;
      IBOT_TRY(first, queue_item_from(query));
    }
    if (first->state == QueueState::Running) {
      chosen = std::move(first);
      break;
    }
    IBOT_TRY(const auto loaded, load_run(database, first->run));
    if (loaded.run.state == State::Completed && loaded.run.step >= loaded.run.planned_steps) {
      IBOT_CHECK_OK(close_item(database, first->number, QueueState::Done, "it was complete already"));
      continue;
    }
    IBOT_CHECK_OK(begin_attempt(database, *first, loaded.run));
    IBOT_TRY(chosen, load_item(database, first->number));
  }
  IBOT_CHECK_OK(transaction.commit());
  return chosen;
}

base::Result<QueueItem> Queue::try_again(std::int64_t number, std::string_view reason) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const QueueItem item, load_item(database, number));
  IBOT_CHECK_OK(require_lease(item.device));
  if (item.state != QueueState::Running) return not_running(item);
  if (item.attempts >= item.most_attempts) {
    return base::Error{ErrorCode::InvalidArgument,
                       str("item ", number, " of the queue has had its ", item.most_attempts, " attempts"),
                       "", ""};
  }
  IBOT_TRY(const auto loaded, load_run(database, item.run));
  IBOT_CHECK_OK(begin_attempt(database, item, loaded.run));
  IBOT_CHECK_OK(database.run("UPDATE queue_items SET reason = ? WHERE number = ?", reason, number));
  IBOT_TRY(QueueItem begun, load_item(database, number));
  IBOT_CHECK_OK(transaction.commit());
  return begun;
}

base::Status Queue::finish(std::int64_t number, QueueState state, std::string_view reason) {
  Database& database = store_.impl_->database;
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_TRY(const QueueItem item, load_item(database, number));
  IBOT_CHECK_OK(require_lease(item.device));
  if (item.state != QueueState::Running) return not_running(item);
  IBOT_CHECK_OK(close_item(database, number, state, reason));
  return transaction.commit();
}

}  // namespace ibot::record
