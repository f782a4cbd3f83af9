// SPDX-License-Identifier: GPL-3.0-or-later
#include "job_ring.h"

#include <ibot/data/lease.h>

namespace ibot::data {

SlotLease& SlotLease::operator=(SlotLease&& other) noexcept {
  if (this != &other) {
    give_back();
    ring_ = std::exchange(other.ring_, nullptr);
    slot_ = other.slot_;
  }
  return *this;
}

SlotLease::~SlotLease() {
  give_back();
}

void SlotLease::give_back() {
  if (ring_ != nullptr) std::exchange(ring_, nullptr)->release(slot_);
}

}  // namespace ibot::data
