// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/image/image.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace ibot::data {

/// Decoded pictures of a data set. Those that come first stay in memory until the limit is reached: an epoch
/// shows every picture once, so that nothing is gained by driving one out for another. What is kept has the
/// bytes that decoding gives, and changes no result. Of a data set of which less than kSmallestShare would
/// fit, nothing is kept: the memory would buy too little. Thread-safe; `dataset` outlives it.
///
///   image::Image scratch;  // one per thread
///   IBOT_TRY(const image::Image* picture, source.load(index, scratch));
class IBOT_API PictureSource {
 public:
  PictureSource(const Dataset& dataset, std::uint64_t cache_bytes)
      : dataset_(dataset), cache_bytes_(cache_bytes) {}

  /// The picture: `scratch`, or one that is kept as long as this object lives. Errors: as Dataset::read_bytes
  /// and image::decode.
  base::Result<const image::Image*> load(std::int64_t index, image::Image& scratch);

  const Dataset& dataset() const { return dataset_; }

  struct Statistics {
    std::int64_t loaded = 0;   ///< answers of load()
    std::int64_t decoded = 0;  ///< of them from the file
    std::uint64_t kept_bytes = 0;
    double read_seconds = 0;  ///< summed over threads
    double decode_seconds = 0;
  };
  Statistics statistics() const;

  static constexpr double kSmallestShare = 0.25;

 private:
  const image::Image* find(std::int64_t index) const;
  void keep(std::int64_t index, const image::Image& picture);
  bool worth_keeping() const;

  const Dataset& dataset_;
  const std::uint64_t cache_bytes_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, image::Image> kept_;  // its elements stay where they are
  std::uint64_t kept_bytes_ = 0;
  std::uint64_t seen_bytes_ = 0;  // of all pictures decoded, to expect the size of the whole
  std::int64_t seen_ = 0;
  std::atomic<std::int64_t> loaded_ = 0, decoded_ = 0, read_ns_ = 0, decode_ns_ = 0;
};

}  // namespace ibot::data
