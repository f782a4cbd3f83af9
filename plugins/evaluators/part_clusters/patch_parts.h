// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/eval_stream.h>

#include <cstdint>
#include <vector>

namespace ibot::part_clusters {

/// The part that covers most of each patch, [grid * grid] row-major, 0 background, for the view that
/// `transform` takes of picture `index`: each pixel of the crop looks up the mask pixel under its centre.
base::Result<std::vector<std::int64_t>> majority_parts(const data::Dataset& dataset, std::int64_t index,
                                                       const data::EvalTransform& transform, int grid);

}  // namespace ibot::part_clusters
