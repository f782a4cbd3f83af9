// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/mask_ratio.h>
#include <ibot/sdk/plugin.h>

#include <algorithm>

namespace {

using namespace ibot;

/// Masks floor(r H W) patches, each set of that size equally likely (spec 1.6, "rand").
class RandomMask final : public data::MaskStrategy {
 public:
  using Options = data::MaskRatioOptions;
  explicit RandomMask(const Options& options) : ratio_(data::MaskRatio::create(options).value()) {}

  void fill(const data::MaskRequest& request, base::RandomStream& random,
            std::span<std::uint8_t> mask) const override {
    // Multiplied in the order of the published code, on which the floor may depend.
    const double target = ratio_.draw(request.epoch, random) * request.rows * request.cols;
    const auto count = static_cast<std::size_t>(target);
    if (count == 0) return;
    std::fill_n(mask.begin(), count, std::uint8_t{1});
    random.shuffle(mask);
  }

 private:
  data::MaskRatio ratio_;
};

}  // namespace

IBOT_PLUGIN(Masking, RandomMask, "random", "1.0.0", "Masks single patches, spread evenly over the crop.");
