// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace ibot::data {

/// Crops of one size. `pixels` is uint8 [crops, B, 3, size, size], RGB planes, crop-major: the order in which
/// the network reads them. Normalisation ((x / 255 - mean) / std) is left to the consumer.
struct CropGroup {
  int crops = 0;
  int size = 0;
  std::vector<std::uint8_t> pixels;
};

/// One training batch, filled by worker threads and reused: consumers must not keep references beyond
/// release.
struct Batch {
  std::int64_t step = 0;  ///< index over the whole run
  std::int64_t epoch = 0;
  int images = 0;                      ///< B
  std::vector<std::uint64_t> samples;  ///< [B] stable sample ids (of the substitute where one was used)
  std::vector<std::int64_t> labels;    ///< [B], -1 where unknown; never used by the training itself
  CropGroup global;                    ///< crops = V_g
  CropGroup local;                     ///< crops = V_l, may be 0
  CropGroup teacher;  ///< the large crops in the teacher's own colours, V_g; or 0: they are `global`
  int mask_rows = 0, mask_cols = 0;  ///< patch grid of a global crop
  std::vector<std::uint8_t> masks;   ///< [V_g, B, rows, cols], 1 = masked
};

}  // namespace ibot::data
