// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/message.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace ibot::protocol {

/// Requests that wait for the one thread that answers them, in their order. A newer request takes the place
/// of a waiting one with the same tag, and tells one that is being answered to stop: whoever drags a slider
/// never builds up a queue. Thread-safe.
class IBOT_API RequestQueue {
 public:
  static constexpr std::size_t kMostWaiting = 256;

  /// Adds a request. The number of the waiting one that it replaced, if any: to be answered as superseded.
  /// Errors: Busy (too many wait).
  base::Result<std::optional<std::uint64_t>> push(Message request);

  /// Waits for the next request, which counts as being answered until the next call. Nothing: the queue is
  /// closed.
  std::optional<Message> take();

  /// Takes back a request. True: it waited, and is to be answered as cancelled now. One that is being
  /// answered is told to stop.
  bool cancel(std::uint64_t number);

  /// Ends take(), and tells what is being answered to stop.
  void close();

  enum class Stop : std::uint8_t { No = 1, Cancelled, Superseded, Closed };
  /// Whether the request that is being answered is still wanted.
  Stop stop() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> waiting_;
  std::uint64_t answering_ = 0;  // number; 0: none
  std::string answering_tag_;
  Stop stop_ = Stop::No;
  bool closed_ = false;
};

}  // namespace ibot::protocol
