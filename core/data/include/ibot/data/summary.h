// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/eval_stream.h>

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace ibot::data {

/// `count` indices spread evenly over 0 .. size-1, in order (all of them if there are no more): a sample that
/// is the same on every machine and covers folders in proportion.
IBOT_API std::vector<std::int64_t> spread_indices(std::int64_t size, std::int64_t count);

/// Width and height in px; 0: the picture cannot be read.
struct PictureSize {
  std::uint16_t width = 0;
  std::uint16_t height = 0;
};

/// What a person wants to know of a data set before training on it.
struct IBOT_API DatasetSummary {
  std::int64_t pictures = 0;
  std::uint64_t bytes = 0;                ///< of all files
  std::vector<std::int64_t> class_sizes;  ///< pictures, in the order of labels
  std::int64_t unlabelled = 0;
  /// What follows is of the pictures whose headers were read.
  std::int64_t probed = 0;
  std::int64_t jpeg = 0, png = 0;
  std::int64_t unreadable_count = 0;
  std::vector<BadPicture> unreadable;  ///< the first kKept of them
  struct Sides {
    int from = 0;  ///< px of the shorter side; up to the next entry's
    std::int64_t pictures = 0;
  };
  std::vector<Sides> shorter_sides;  ///< without empty ends
  int median_shorter_side = 0;       ///< px
  PictureSize smallest, largest;     ///< of the narrowest and of the widest shorter side
  bool one_size = false;             ///< all have the size `smallest`

  static constexpr std::size_t kKept = 10'000;

  /// "9,469 pictures in 10 classes, 96 x 96, 2 cannot be read."
  std::string sentence() const;
  /// A few lines for a terminal.
  std::string to_text() const;
};

struct SummaryOptions {
  std::int64_t probes = 200;  ///< headers that are read, evenly spread
  std::stop_token stop;       ///< ends it with Cancelled
  /// The sizes of the pictures that were probed since the last call, in their order.
  std::function<void(std::span<const PictureSize>)> probed;
};

/// Reads headers, and looks at the files' ends. Errors: Cancelled.
IBOT_API base::Result<DatasetSummary> summarise(const Dataset& dataset, const SummaryOptions& options = {});

/// Adds what only decoding found. Those that are known already are not counted twice.
IBOT_API void add_unreadable(DatasetSummary& summary, const std::vector<BadPicture>& found);

/// Mean and standard deviation of the channels, of values scaled to 0..1.
struct PixelStatistics {
  std::array<double, 3> mean{};
  std::array<double, 3> std{};
  std::int64_t pictures = 0;
};

/// Measured over the evaluation's crops of `pictures` pictures, evenly spread, every pixel weighing the same.
/// Exact sums: the number of workers changes nothing. Those that cannot be decoded are added to `bad`, if it
/// is given. Errors: Corrupt (none can be read), Cancelled.
IBOT_API base::Result<PixelStatistics> measure_pixels(PictureSource& source, const EvalOptions& options,
                                                      std::int64_t pictures = 2000,
                                                      const std::stop_token& stop = {},
                                                      std::vector<BadPicture>* bad = nullptr);

}  // namespace ibot::data
