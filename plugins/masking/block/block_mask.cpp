// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/data/mask_ratio.h>
#include <ibot/sdk/plugin.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace {

using namespace ibot;

struct BlockMaskOptions : data::MaskRatioOptions {
  double aspect_low = 0.3;
  double aspect_high = 1 / 0.3;

  static void describe(params::Describer& d, BlockMaskOptions& o) {
    MaskRatioOptions::describe(d, o);
    d.field("aspect_low", o.aspect_low)
        .between(0.01, 100)
        .advanced()
        .help("Smallest height / width of a rectangle; its logarithm is drawn evenly up to aspect_high's.")
        .source("loader.py::ImageFolderMask pred_aspect_ratio");
    d.field("aspect_high", o.aspect_high)
        .between(0.01, 100)
        .advanced()
        .help("Largest height / width of a rectangle.")
        .source("loader.py::ImageFolderMask pred_aspect_ratio");
  }
};

/// Rectangles of patches until r H W are masked or no further one fits; never more (spec 1.6, "block", after
/// BEiT).
class BlockMask final : public data::MaskStrategy {
 public:
  using Options = BlockMaskOptions;
  explicit BlockMask(const Options& options)
      : ratio_(data::MaskRatio::create(options).value()),
        log_aspect_low_(std::log(options.aspect_low)),
        log_aspect_high_(std::log(options.aspect_high)) {
    if (options.aspect_low <= options.aspect_high) return;
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           "aspect_low is " + base::format_number(options.aspect_low) +
                               ", above aspect_high, " + base::format_number(options.aspect_high),
                           "aspect_low <= aspect_high", ""});
  }

  void fill(const data::MaskRequest& request, base::RandomStream& random,
            std::span<std::uint8_t> mask) const override {
    const double target = ratio_.draw(request.epoch, random) * request.rows * request.cols;
    int count = 0;
    while (count < target) {
      const int added = add_rectangle(request, target - count, random, mask);
      if (added == 0) return;
      count += added;
    }
  }

 private:
  struct Rectangle {
    int top, left, height, width;
  };

  // Masks one rectangle with 1 to `remaining` new patches and returns their number; 0 if ten proposals did
  // not fit.
  int add_rectangle(const data::MaskRequest& request, double remaining, base::RandomStream& random,
                    std::span<std::uint8_t> mask) const {
    constexpr int kProposals = 10;
    for (int proposal = 0; proposal < kProposals; ++proposal) {
      const auto rectangle = propose(request, remaining, random);
      if (!rectangle) continue;
      const int added = rectangle->height * rectangle->width - count_masked(*rectangle, request.cols, mask);
      if (added <= 0 || added > remaining) continue;
      for (int row = rectangle->top; row < rectangle->top + rectangle->height; ++row) {
        std::fill_n(mask.begin() + row * request.cols + rectangle->left, rectangle->width, std::uint8_t{1});
      }
      return added;
    }
    return 0;
  }

  std::optional<Rectangle> propose(const data::MaskRequest& request, double remaining,
                                   base::RandomStream& random) const {
    const int third = std::min(request.rows, request.cols) / 3;
    // Where less than the smallest area is left, the draw lies between the two all the same, as published.
    const double area = random.uniform(third * third, remaining);
    const double aspect = std::exp(random.uniform(log_aspect_low_, log_aspect_high_));
    // nearbyint rounds halves to even, as Python's round does.
    const int height = static_cast<int>(std::nearbyint(std::sqrt(area * aspect)));
    const int width = static_cast<int>(std::nearbyint(std::sqrt(area / aspect)));
    if (height >= request.rows || width >= request.cols) return std::nullopt;
    const auto place = [&random](int free) {
      return static_cast<int>(random.below(static_cast<std::uint64_t>(free) + 1));
    };
    const int top = place(request.rows - height);
    const int left = place(request.cols - width);
    return Rectangle{top, left, height, width};
  }

  static int count_masked(const Rectangle& rectangle, int cols, std::span<const std::uint8_t> mask) {
    int count = 0;
    for (int row = rectangle.top; row < rectangle.top + rectangle.height; ++row) {
      const auto begin = mask.begin() + row * cols + rectangle.left;
      count += static_cast<int>(std::count(begin, begin + rectangle.width, std::uint8_t{1}));
    }
    return count;
  }

  data::MaskRatio ratio_;
  double log_aspect_low_;
  double log_aspect_high_;
};

}  // namespace

IBOT_PLUGIN(Masking, BlockMask, "block", "1.0.0",
            "Masks rectangles of patches, as the published iBOT runs do.");
