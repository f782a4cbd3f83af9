// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/memory.h>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <new>

namespace ibot::nn {
namespace {

constexpr std::size_t kAlignment = 64;

// Large blocks are mapped by themselves: on the heap, blocks of changing sizes leave holes that nobody fills.
constexpr std::size_t kMapped = std::size_t{1} << 20;

// Small sizes are rounded up to eighths of a power of two, so that they are few; large ones to pages, because
// there an eighth is much, and a step asks for the same ones again.
std::size_t rounded(std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  if (bytes <= 512) return 512;
  if (bytes >= kMapped) return (bytes + kAlignment + kPage - 1) / kPage * kPage - kAlignment;
  const std::size_t eighth = std::bit_floor(bytes) / 8;
  return (bytes + eighth - 1) / eighth * eighth;
}

// The block's size stands in front of it.
struct Header {
  std::size_t bytes;
};
static_assert(sizeof(Header) <= kAlignment);

void* acquire(std::size_t bytes) {
  void* memory = nullptr;
  if (bytes >= kMapped) {
    memory = ::mmap(nullptr, bytes + kAlignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
  } else if (::posix_memalign(&memory, kAlignment, bytes + kAlignment) != 0) {
    throw std::bad_alloc();
  }
  static_cast<Header*>(memory)->bytes = bytes;
  return static_cast<std::byte*>(memory) + kAlignment;
}

std::size_t size_of(void* block) {
  return reinterpret_cast<Header*>(static_cast<std::byte*>(block) - kAlignment)->bytes;
}

void give_to_system(void* block) {
  const std::size_t bytes = size_of(block);
  void* memory = static_cast<std::byte*>(block) - kAlignment;
  if (bytes >= kMapped) {
    ::munmap(memory, bytes + kAlignment);
  } else {
    std::free(memory);
  }
}

class KeepingAllocator final : public at::Allocator {
 public:
  static KeepingAllocator& instance() {
    // Never destroyed: tensors with static lifetime give their memory back after everything else.
    static auto* const allocator = new KeepingAllocator;
    return *allocator;
  }

  at::DataPtr allocate(std::size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &give_back, at::kCPU};
    void* block = take(rounded(bytes));
    return {block, block, &give_back, at::kCPU};
  }
  at::DeleterFnPtr raw_deleter() const override { return &give_back; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    std::memcpy(to, from, bytes);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    for (auto& [bytes, list] : free_) {
      for (const Free& free : list) give_to_system(free.block);
    }
    free_.clear();
    kept_ = 0;
    most_used_ = used_;
  }

  std::uint64_t kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  struct Free {
    void* block;
    std::uint64_t since;
  };

  void* take(std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      // A larger block serves too: the number of masked patches changes from step to step, and a list for
      // each of their sizes would keep several times what one step needs.
      const std::size_t largest = bytes >= kMapped ? bytes + bytes / 4 : 2 * bytes;
      for (auto list = free_.lower_bound(bytes); list != free_.end() && list->first <= largest; ++list) {
        if (list->second.empty()) continue;
        void* block = list->second.back().block;
        list->second.pop_back();
        kept_ -= list->first;
        use(list->first);
        return block;
      }
      use(bytes);
      make_room();
    }
    try {
      return acquire(bytes);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      used_ -= bytes;
      throw;
    }
  }

  void use(std::size_t bytes) {
    used_ += bytes;
    most_used_ = std::max(most_used_, used_);
  }

  // What is in use and what is kept together stay 64 MB of the most that was ever in use: free
  // blocks of sizes that are not wanted now make room for those that are, the longest unused first. Without
  // this, each phase of a step would keep blocks of its own sizes.
  void make_room() {
    const std::uint64_t limit = most_used_ + (std::uint64_t{64} << 20U);
    while (used_ + kept_ > limit && kept_ > 0) {
      auto oldest = free_.end();
      for (auto list = free_.begin(); list != free_.end(); ++list) {
        if (list->second.empty()) continue;
        if (oldest == free_.end() || list->second.front().since < oldest->second.front().since) oldest = list;
      }
      give_to_system(oldest->second.front().block);
      oldest->second.pop_front();
      kept_ -= oldest->first;
    }
  }

  static void give_back(void* block) {
    if (block == nullptr) return;
    KeepingAllocator& self = instance();
    const std::size_t bytes = size_of(block);
    const std::lock_guard lock(self.mutex_);
    self.free_[bytes].push_back({block, ++self.clock_});
    self.kept_ += bytes;
    self.used_ -= bytes;
  }

  mutable std::mutex mutex_;
  std::map<std::size_t, std::deque<Free>> free_;  // by size; the longest unused in front
  std::uint64_t kept_ = 0, used_ = 0, most_used_ = 0, clock_ = 0;
};

}  // namespace

void keep_tensor_memory() {
  constexpr std::uint8_t kAboveTheDefault = 1;
  static std::once_flag once;
  std::call_once(once, [] { c10::SetCPUAllocator(&KeepingAllocator::instance(), kAboveTheDefault); });
}

void release_tensor_memory() {
  KeepingAllocator::instance().release();
  ::malloc_trim(0);
}

std::uint64_t kept_tensor_memory() {
  return KeepingAllocator::instance().kept();
}

}  // namespace ibot::nn
