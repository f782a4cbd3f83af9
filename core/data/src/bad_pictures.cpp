// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/log.h>
#include <ibot/data/bad_pictures.h>

#include <algorithm>

namespace ibot::data {

void BadPictures::add(const Dataset& dataset, std::int64_t index, const base::Error& error) {
  BadPicture bad{index, printable(dataset.sample(index).path), error.to_text()};
  const std::lock_guard lock(mutex_);
  if (!all_.insert(index).second) return;
  if (kept_.size() < kKept) {
    base::log_warning(base::str("cannot read picture ", bad.path, ": ", bad.reason));
    kept_.push_back(std::move(bad));
  } else if (all_.size() == kKept + 1) {
    base::log_warning("further unreadable pictures are counted only");
  }
}

bool BadPictures::contains(std::int64_t index) const {
  const std::lock_guard lock(mutex_);
  return all_.contains(index);
}

std::int64_t BadPictures::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(all_.size());
}

std::vector<BadPicture> BadPictures::kept() const {
  const std::lock_guard lock(mutex_);
  std::vector<BadPicture> sorted = kept_;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return sorted;
}

}  // namespace ibot::data
