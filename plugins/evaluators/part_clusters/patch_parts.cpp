// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch_parts.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/image/decode.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ibot::part_clusters {

base::Result<std::vector<std::int64_t>> majority_parts(const data::Dataset& dataset, std::int64_t index,
                                                       const data::EvalTransform& transform, int grid) {
  const auto path = dataset.mask_path(index);
  if (!path)
    return base::Error{base::ErrorCode::NotFound, base::str("no part mask for ", dataset.sample(index).path),
                       "", ""};
  IBOT_TRY(const auto bytes, base::read_file(*path, std::uint64_t{64} << 20));
  image::Image mask;
  IBOT_CHECK_OK(image::decode(bytes, mask));
  const double scale = static_cast<double>(std::min(mask.width(), mask.height())) / transform.resize;
  const double left = (mask.width() / scale - transform.crop) / 2;
  const double top = (mask.height() / scale - transform.crop) / 2;
  const int cell = transform.crop / grid;
  std::vector<std::int64_t> parts;
  for (int row = 0; row < grid; ++row) {
    for (int col = 0; col < grid; ++col) {
      std::array<int, 256> votes{};
      for (int y = row * cell; y < (row + 1) * cell; ++y) {
        for (int x = col * cell; x < (col + 1) * cell; ++x) {
          const int mask_x = std::clamp(static_cast<int>((left + x + 0.5) * scale), 0, mask.width() - 1);
          const int mask_y = std::clamp(static_cast<int>((top + y + 0.5) * scale), 0, mask.height() - 1);
          ++votes[mask.row(mask_y)[3 * mask_x]];
        }
      }
      parts.push_back(std::max_element(votes.begin(), votes.end()) - votes.begin());
    }
  }
  return parts;
}

}  // namespace ibot::part_clusters
