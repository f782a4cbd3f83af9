// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace ibot::data {

/// Worker threads that fill a ring of slots, and a consumer that gets the slots in the order of their steps.
///
/// A step consists of numbered jobs (its pictures). Workers take jobs in order, a step is begun when its slot
/// is free, and is handed out when its last job is done; which worker does which job changes nothing. An
/// exception of a job reaches the consumer in place of its step.
class JobRing {
 public:
  /// What the ring works on. `slot` numbers the client's buffers, 0 .. slots-1.
  class Client {
   public:
    virtual ~Client() = default;
    /// Prepares a slot for a step and returns its number of jobs (at least 1). Called in the order of steps,
    /// on one thread at a time.
    virtual int begin(int slot, std::int64_t step) = 0;
    /// Does one job. Called on several threads at once.
    virtual void run(int worker, int slot, int job, const std::stop_token& stop) = 0;
  };

  struct Options {
    int workers = 1;
    int slots = 2;
    int niceness = 0;
    std::int64_t first_step = 0;
    std::int64_t end_step = 0;  ///< exclusive
  };

  /// Starts the workers. `client` outlives the ring.
  JobRing(Client& client, const Options& options);
  /// Cancels, and waits for the jobs in hand to end.
  ~JobRing();
  JobRing(const JobRing&) = delete;
  JobRing& operator=(const JobRing&) = delete;

  /// Waits for the next step and returns its slot; nullopt at the end. Throws what a job of the step threw
  /// (then and from now on), and Exception (Cancelled) after cancel(). One consumer thread.
  std::optional<int> acquire();
  /// Gives a slot back, in any order and on any thread.
  void release(int slot);
  /// Wakes everybody; returns at once. Any thread.
  void cancel();

  /// How long acquire() has waited in all.
  double waited_seconds() const;

 private:
  enum class State : unsigned char { Free = 1, Filling, Ready, Taken };
  struct Slot {
    State state = State::Free;
    int jobs_left = 0;
    int failed_job = 0;
    std::exception_ptr failure;
  };
  struct Job {
    int slot, job;
  };

  void stop_and_join();
  void work(int worker);
  std::optional<Job> next_job();
  std::optional<int> free_slot() const;
  void begin_step();
  void finish(const Job& job, std::exception_ptr failure);

  Client& client_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable work_, ready_;
  std::vector<Slot> slots_;
  std::deque<int> in_order_;              // slots of the steps that are begun and not yet handed out
  std::int64_t begun_step_, taken_step_;  // the next to begin and the next to hand out
  int open_slot_ = 0, open_jobs_ = 0, next_open_job_ = 0;
  double waited_seconds_ = 0;
  std::stop_source stop_;
  std::vector<std::thread> threads_;  // last: the threads use everything above
};

}  // namespace ibot::data
