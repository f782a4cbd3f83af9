// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/memory.h>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <malloc.h>

#include <bit>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace ibot::nn {
namespace {

constexpr std::size_t kAlignment = 64;

// Sizes are rounded up to eighths of a power of two, so that batches with a few masked patches more still
// fit.
std::size_t rounded(std::size_t bytes) {
  if (bytes <= 512) return 512;
  const std::size_t eighth = std::bit_floor(bytes) / 8;
  return (bytes + eighth - 1) / eighth * eighth;
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
      for (void* block : list) std::free(static_cast<std::byte*>(block) - kAlignment);
      list.clear();
    }
    kept_ = 0;
  }

  std::uint64_t kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  // The block's size stands in front of it.
  struct Header {
    std::size_t bytes;
  };
  static_assert(sizeof(Header) <= kAlignment);

  void* take(std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      // A larger block serves too, up to twice the size: the number of masked patches changes from step to
      // step, and a list for each of their sizes would keep several times what one step needs.
      for (auto list = free_.lower_bound(bytes); list != free_.end() && list->first <= 2 * bytes; ++list) {
        if (list->second.empty()) continue;
        void* block = list->second.back();
        list->second.pop_back();
        kept_ -= list->first;
        return block;
      }
    }
    void* memory = nullptr;
    if (::posix_memalign(&memory, kAlignment, bytes + kAlignment) != 0) throw std::bad_alloc();
    static_cast<Header*>(memory)->bytes = bytes;
    return static_cast<std::byte*>(memory) + kAlignment;
  }

  static void give_back(void* block) {
    if (block == nullptr) return;
    KeepingAllocator& self = instance();
    const std::size_t bytes = reinterpret_cast<Header*>(static_cast<std::byte*>(block) - kAlignment)->bytes;
    const std::lock_guard lock(self.mutex_);
    self.free_[bytes].push_back(block);
    self.kept_ += bytes;
  }

  mutable std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> free_;
  std::uint64_t kept_ = 0;
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
