// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_clock.h"

#include <ibot/data/picture_source.h>
#include <ibot/image/decode.h>

#include <algorithm>

namespace ibot::data {

base::Result<const image::Image*> PictureSource::load(std::int64_t index, image::Image& scratch) {
  loaded_.fetch_add(1, std::memory_order_relaxed);
  if (const image::Image* kept = find(index)) return kept;

  StageClock clock;
  IBOT_TRY(const std::vector<std::byte> bytes, dataset_.read_bytes(index));
  clock.add_to(read_ns_);
  IBOT_CHECK_OK(image::decode(bytes, scratch));
  clock.add_to(decode_ns_);
  decoded_.fetch_add(1, std::memory_order_relaxed);
  keep(index, scratch);
  return static_cast<const image::Image*>(&scratch);
}

const image::Image* PictureSource::find(std::int64_t index) const {
  if (cache_bytes_ == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(index);
  return found == kept_.end() ? nullptr : &found->second;
}

void PictureSource::keep(std::int64_t index, const image::Image& picture) {
  if (cache_bytes_ == 0) return;
  const std::uint64_t bytes = picture.bytes() + image::Image::kSlack + sizeof(image::Image);
  {
    const std::lock_guard lock(mutex_);
    seen_bytes_ += bytes;
    ++seen_;
    if (!worth_keeping() || bytes > cache_bytes_ - kept_bytes_ || kept_.contains(index)) return;
    kept_bytes_ += bytes;
  }
  image::Image copy(picture.width(), picture.height());
  std::copy_n(picture.data(), picture.bytes(), copy.data());
  const std::lock_guard lock(mutex_);
  // Another worker may have been faster with the same picture.
  if (!kept_.emplace(index, std::move(copy)).second) kept_bytes_ -= bytes;
}

bool PictureSource::worth_keeping() const {
  const double expected_total =
      static_cast<double>(seen_bytes_) / static_cast<double>(seen_) * static_cast<double>(dataset_.size());
  return kSmallestShare * expected_total <= static_cast<double>(cache_bytes_);
}

PictureSource::Statistics PictureSource::statistics() const {
  Statistics statistics;
  statistics.loaded = loaded_;
  statistics.decoded = decoded_;
  statistics.read_seconds = static_cast<double>(read_ns_) * 1e-9;
  statistics.decode_seconds = static_cast<double>(decode_ns_) * 1e-9;
  const std::lock_guard lock(mutex_);
  statistics.kept_bytes = kept_bytes_;
  return statistics;
}

}  // namespace ibot::data
