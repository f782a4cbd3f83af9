// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/random.h>
#include <ibot/base/result.h>
#include <ibot/params/schema.h>

#include <cstdint>
#include <vector>

namespace ibot::data {

/// How large a share of a crop's patches a strategy masks (spec 1.6;
/// loader.py::ImageFolderMask.get_pred_ratio). Options of a strategy derive from it and call its describe
/// first.
struct IBOT_API MaskRatioOptions {
  std::vector<double> ratio = {0.3};
  std::vector<double> variance = {0.0};
  std::int64_t start_epoch = 0;

  static void describe(params::Describer& d, MaskRatioOptions& o);
};

/// Draws the share r of patches to mask in one crop: 0 before start_epoch; else one entry k of the list,
/// uniformly, and r uniform in [ratio_k - variance_k, ratio_k + variance_k]. The official 0, 0.3 with 0, 0.2
/// thus leaves half of the crops whole and masks 10 to 50 % of the others. Immutable: any number of threads
/// may draw.
class IBOT_API MaskRatio {
 public:
  /// Errors (InvalidArgument): lists of different lengths (one variance serves all ratios), or a range that
  /// leaves [0, 1].
  static base::Result<MaskRatio> create(const MaskRatioOptions& options);

  /// In [0, 1].
  double draw(std::int64_t epoch, base::RandomStream& random) const;

 private:
  struct Range {
    double low;
    double high;
  };
  MaskRatio() = default;
  std::vector<Range> ranges_;
  std::int64_t start_epoch_ = 0;
};

}  // namespace ibot::data
