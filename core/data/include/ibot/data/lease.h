// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <utility>

namespace ibot::data {

class JobRing;

/// Gives a slot of a ring back when it is destroyed.
class IBOT_API SlotLease {
 public:
  SlotLease() = default;
  SlotLease(JobRing& ring, int slot) : ring_(&ring), slot_(slot) {}
  SlotLease(SlotLease&& other) noexcept : ring_(std::exchange(other.ring_, nullptr)), slot_(other.slot_) {}
  SlotLease& operator=(SlotLease&& other) noexcept;
  ~SlotLease();
  bool held() const { return ring_ != nullptr; }

 private:
  void give_back();
  JobRing* ring_ = nullptr;
  int slot_ = 0;
};

/// A batch on loan from a stream: valid until the lease ends, then its memory is filled anew. Empty at the
/// end of the stream. Hold fewer than the stream has slots, and none longer than the stream lives. Moved
/// between threads freely.
template <class Batch>
class Lease {
 public:
  Lease() = default;
  Lease(SlotLease slot, const Batch& batch) : slot_(std::move(slot)), batch_(&batch) {}

  explicit operator bool() const { return slot_.held(); }
  const Batch& operator*() const { return *batch_; }
  const Batch* operator->() const { return batch_; }

 private:
  SlotLease slot_;
  const Batch* batch_ = nullptr;
};

}  // namespace ibot::data
