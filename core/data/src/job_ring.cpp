// SPDX-License-Identifier: GPL-3.0-or-later
#include "job_ring.h"

#include <ibot/base/clock.h>
#include <ibot/base/error.h>
#include <ibot/base/text.h>

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace ibot::data {
namespace {

// On Linux the priority belongs to the thread, not to the process.
void stand_back(int niceness) {
  if (niceness > 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

}  // namespace

JobRing::JobRing(Client& client, const Options& options)
    : client_(client),
      options_(options),
      slots_(static_cast<std::size_t>(options.slots)),
      begun_step_(options.first_step),
      taken_step_(options.first_step) {
  try {
    for (int worker = 0; worker < options.workers; ++worker) {
      threads_.emplace_back([this, worker] { work(worker); });
    }
  } catch (const std::system_error& error) {
    stop_and_join();
    throw base::Exception({base::ErrorCode::OutOfMemory,
                           base::str("cannot start ", options.workers, " worker threads: ", error.what()), "",
                           "Choose fewer with data.workers"});
  }
}

JobRing::~JobRing() {
  stop_and_join();
}

void JobRing::stop_and_join() {
  cancel();
  for (std::thread& thread : threads_) thread.join();
}

void JobRing::cancel() {
  {
    // Under the lock, so that nobody misses it between looking and waiting.
    const std::lock_guard lock(mutex_);
    stop_.request_stop();
  }
  work_.notify_all();
  ready_.notify_all();
}

void JobRing::work(int worker) {
  ::pthread_setname_np(::pthread_self(), base::str("ibot-data-", worker % 1000).c_str());
  stand_back(options_.niceness);
  while (const std::optional<Job> job = next_job()) {
    std::exception_ptr failure;
    try {
      client_.run(worker, job->slot, job->job, stop_.get_token());
    } catch (...) {
      failure = std::current_exception();
    }
    finish(*job, failure);
  }
}

std::optional<int> JobRing::free_slot() const {
  const auto is_free = [](const Slot& slot) { return slot.state == State::Free; };
  const auto found = std::find_if(slots_.begin(), slots_.end(), is_free);
  if (found == slots_.end()) return std::nullopt;
  return static_cast<int>(found - slots_.begin());
}

std::optional<JobRing::Job> JobRing::next_job() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] {
      return stop_.stop_requested() || begun_step_ >= options_.end_step || next_open_job_ < open_jobs_ ||
             free_slot().has_value();
    });
    if (stop_.stop_requested()) return std::nullopt;
    if (next_open_job_ < open_jobs_) return Job{open_slot_, next_open_job_++};
    if (begun_step_ >= options_.end_step) return std::nullopt;
    begin_step();
  }
}

void JobRing::begin_step() {
  open_slot_ = *free_slot();
  next_open_job_ = 0;
  in_order_.push_back(open_slot_);
  Slot& slot = slots_[static_cast<std::size_t>(open_slot_)];
  slot = Slot{};
  try {
    open_jobs_ = client_.begin(open_slot_, begun_step_);
    slot.state = State::Filling;
    slot.jobs_left = open_jobs_;
    work_.notify_all();
  } catch (...) {
    open_jobs_ = 0;
    slot.state = State::Ready;
    slot.failure = std::current_exception();
    ready_.notify_all();
  }
  ++begun_step_;
}

void JobRing::finish(const Job& job, std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[static_cast<std::size_t>(job.slot)];
  // Of several failures the first picture's is reported, whichever worker was faster.
  if (failure && (!slot.failure || job.job < slot.failed_job)) {
    slot.failure = std::move(failure);
    slot.failed_job = job.job;
  }
  if (--slot.jobs_left == 0) {
    slot.state = State::Ready;
    ready_.notify_all();
  }
}

std::optional<int> JobRing::acquire() {
  std::unique_lock lock(mutex_);
  if (taken_step_ >= options_.end_step) return std::nullopt;
  const auto answered = [&] {
    return stop_.stop_requested() ||
           (!in_order_.empty() && slots_[static_cast<std::size_t>(in_order_.front())].state == State::Ready);
  };
  if (!answered()) {
    const base::Stopwatch watch;
    ready_.wait(lock, answered);
    waited_seconds_ += watch.seconds();
  }
  if (stop_.stop_requested()) {
    throw base::Exception({base::ErrorCode::Cancelled, "reading of pictures was cancelled", "", ""});
  }
  const int number = in_order_.front();
  Slot& slot = slots_[static_cast<std::size_t>(number)];
  if (slot.failure) std::rethrow_exception(slot.failure);
  in_order_.pop_front();
  slot.state = State::Taken;
  ++taken_step_;
  return number;
}

void JobRing::release(int slot) {
  {
    const std::lock_guard lock(mutex_);
    slots_[static_cast<std::size_t>(slot)].state = State::Free;
  }
  work_.notify_all();
}

double JobRing::waited_seconds() const {
  const std::lock_guard lock(mutex_);
  return waited_seconds_;
}

}  // namespace ibot::data
