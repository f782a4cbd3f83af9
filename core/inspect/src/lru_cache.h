// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

namespace ibot::inspect {

/// Values by name, up to a sum of sizes; what was used longest ago goes first. The newest always stays.
template <class T>
class LruCache {
 public:
  explicit LruCache(std::size_t capacity) : capacity_(capacity) {}

  /// nullptr if there is none; valid until the next put().
  const T* find(const std::string& name) {
    const auto found = places_.find(name);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &entries_.front().value;
  }

  const T& put(const std::string& name, T value, std::size_t size) {
    if (const auto found = places_.find(name); found != places_.end()) {
      held_ -= found->second->size;
      entries_.erase(found->second);
      places_.erase(found);
    }
    entries_.push_front({name, std::move(value), size});
    places_[name] = entries_.begin();
    held_ += size;
    while (held_ > capacity_ && entries_.size() > 1) {
      held_ -= entries_.back().size;
      places_.erase(entries_.back().name);
      entries_.pop_back();
    }
    return entries_.front().value;
  }

  void clear() {
    entries_.clear();
    places_.clear();
    held_ = 0;
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t held() const { return held_; }

 private:
  struct Entry {
    std::string name;
    T value;
    std::size_t size;
  };
  std::list<Entry> entries_;  // the newest first
  std::unordered_map<std::string, typename std::list<Entry>::iterator> places_;
  std::size_t capacity_;
  std::size_t held_ = 0;
};

}  // namespace ibot::inspect
