// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/protocol/request_queue.h>

#include <algorithm>

namespace ibot::protocol {

base::Result<std::optional<std::uint64_t>> RequestQueue::push(Message request) {
  const std::lock_guard lock(mutex_);
  std::optional<std::uint64_t> replaced;
  if (!request.tag.empty()) {
    if (answering_ != 0 && answering_tag_ == request.tag && stop_ == Stop::No) stop_ = Stop::Superseded;
    const auto older = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const Message& each) { return each.tag == request.tag; });
    if (older != waiting_.end()) {
      replaced = older->number;
      waiting_.erase(older);
    }
  }
  if (waiting_.size() >= kMostWaiting) {
    return base::Error{base::ErrorCode::Busy, base::str(kMostWaiting, " requests wait already"), "", ""};
  }
  waiting_.push_back(std::move(request));
  changed_.notify_one();
  return replaced;
}

std::optional<Message> RequestQueue::take() {
  std::unique_lock lock(mutex_);
  answering_ = 0;
  changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  if (closed_) return std::nullopt;
  Message request = std::move(waiting_.front());
  waiting_.pop_front();
  answering_ = request.number;
  answering_tag_ = request.tag;
  stop_ = Stop::No;
  return request;
}

bool RequestQueue::cancel(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (answering_ == number && number != 0 && stop_ == Stop::No) stop_ = Stop::Cancelled;
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [number](const Message& each) { return each.number == number; });
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  return true;
}

void RequestQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  stop_ = Stop::Closed;
  changed_.notify_all();
}

RequestQueue::Stop RequestQueue::stop() const {
  const std::lock_guard lock(mutex_);
  return stop_;
}

}  // namespace ibot::protocol
