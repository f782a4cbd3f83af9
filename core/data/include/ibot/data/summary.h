// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/eval_stream.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ibot::data {

/// `count` indices spread evenly over 0 .. size-1, in order (all of them if there are no more): a sample that
/// is the same on every machine and covers folders in proportion.
IBOT_API std::vector<std::int64_t> spread_indices(std::int64_t size, std::int64_t count);

/// What a person wants to know of a data set before training on it.
struct IBOT_API DatasetSummary {
  std::int64_t pictures = 0;
  std::uint64_t bytes = 0;  ///< of all files
  std::int64_t classes = 0;
  std::int64_t unlabelled = 0;
  std::int64_t smallest_class = 0;  ///< pictures
  std::int64_t largest_class = 0;
  /// Sizes, read from the headers of some pictures.
  std::int64_t probed = 0;
  std::vector<BadPicture> unreadable;  ///< of those probed
  struct Sides {
    int from = 0;  ///< px of the shorter side; up to the next entry's
    std::int64_t pictures = 0;
  };
  std::vector<Sides> shorter_sides;  ///< without empty ends
  int median_shorter_side = 0;       ///< px

  /// A few lines for a terminal.
  std::string to_text() const;
};

/// Reads the headers of `probes` pictures, evenly spread.
IBOT_API DatasetSummary summarise(const Dataset& dataset, std::int64_t probes = 200);

/// Mean and standard deviation of the channels, of values scaled to 0..1.
struct PixelStatistics {
  std::array<double, 3> mean{};
  std::array<double, 3> std{};
  std::int64_t pictures = 0;
};

/// Measured over the evaluation's crops of `pictures` pictures, evenly spread, every pixel weighing the same.
/// Exact sums: the number of workers changes nothing. Errors: Corrupt (none can be read).
IBOT_API base::Result<PixelStatistics> measure_pixels(PictureSource& source, const EvalOptions& options,
                                                      std::int64_t pictures = 2000);

}  // namespace ibot::data
