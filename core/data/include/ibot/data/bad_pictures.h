// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/error.h>
#include <ibot/data/dataset.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace ibot::data {

/// A picture that could not be read, and why.
struct BadPicture {
  std::int64_t index = 0;  ///< in the data set
  std::string path;        ///< relative, printable
  std::string reason;
};

/// The pictures of a data set that could not be read. Every one is counted and logged once as a warning; the
/// first kKept keep their reasons. Thread-safe.
class IBOT_API BadPictures {
 public:
  void add(const Dataset& dataset, std::int64_t index, const base::Error& error);
  bool contains(std::int64_t index) const;
  std::int64_t count() const;
  /// By index.
  std::vector<BadPicture> kept() const;

  static constexpr std::size_t kKept = 100;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::int64_t> all_;
  std::vector<BadPicture> kept_;
};

}  // namespace ibot::data
