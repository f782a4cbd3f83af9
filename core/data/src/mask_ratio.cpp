// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/data/mask_ratio.h>

#include <algorithm>

namespace ibot::data {

void MaskRatioOptions::describe(params::Describer& d, MaskRatioOptions& o) {
  d.field("ratio", o.ratio)
      .between(0, 1)
      .items(1, 64)
      .help(
          "Share of masked patches. Of several entries one is drawn for each crop; an entry 0 leaves crops "
          "whole.")
      .source("main_ibot.py --pred_ratio");
  d.field("variance", o.variance)
      .between(0, 0.5)
      .items(1, 64)
      .help(
          "The share is drawn from ratio - variance to ratio + variance. One entry for each ratio, or one "
          "for all.")
      .source("main_ibot.py --pred_ratio_var");
  d.field("start_epoch", o.start_epoch)
      .at_least(0)
      .unit("epochs")
      .help("No patch is masked before this epoch, counted from 0.")
      .source("main_ibot.py --pred_start_epoch");
}

base::Result<MaskRatio> MaskRatio::create(const MaskRatioOptions& options) {
  const std::size_t entries = options.ratio.size();
  const bool one_for_all = options.variance.size() == 1;
  if (entries == 0 || (!one_for_all && options.variance.size() != entries)) {
    return base::Error{
        base::ErrorCode::InvalidArgument,
        base::str("ratio has ", entries, " entries and variance has ", options.variance.size()),
        "as many variances as ratios, or one", ""};
  }
  MaskRatio result;
  result.start_epoch_ = options.start_epoch;
  for (std::size_t k = 0; k < entries; ++k) {
    const double ratio = options.ratio[k];
    const double variance = options.variance[one_for_all ? 0 : k];
    const Range range{ratio - variance, ratio + variance};
    if (!(variance >= 0 && range.low >= 0 && range.high <= 1)) {
      return base::Error{base::ErrorCode::InvalidArgument,
                         base::str("ratio ", base::format_number(ratio), " with variance ",
                                   base::format_number(variance), " reaches from ",
                                   base::format_number(range.low), " to ", base::format_number(range.high)),
                         "a range within 0 to 1",
                         one_for_all && entries > 1 ? "Give each ratio a variance of its own" : ""};
    }
    result.ranges_.push_back(range);
  }
  return result;
}

double MaskRatio::draw(std::int64_t epoch, base::RandomStream& random) const {
  if (epoch < start_epoch_) return 0;
  const Range& range = ranges_[ranges_.size() == 1 ? 0 : random.below(ranges_.size())];
  if (range.low == range.high) return range.low;
  // Rounding may lift the largest draw above the end of the range by one unit in the last place.
  return std::clamp(random.uniform(range.low, range.high), range.low, range.high);
}

}  // namespace ibot::data
