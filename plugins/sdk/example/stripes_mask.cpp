// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/sdk/plugin.h>

#include <string>

namespace {

using namespace ibot;

/// Masks every n-th line of patches, at a random offset.
class StripesMask final : public data::MaskStrategy {
 public:
  struct Options {
    std::int64_t period = 4;
    std::int64_t width = 1;
    std::string direction = "columns";

    static void describe(params::Describer& d, Options& o) {
      d.field("period", o.period)
          .between(2, 64)
          .unit("patches")
          .help("From the start of one stripe to the next.");
      d.field("width", o.width).between(1, 63).unit("patches").help("Patches across a stripe.");
      d.field("direction", o.direction).choices({"columns", "rows"}).help("How the stripes run.");
    }
  };

  explicit StripesMask(const Options& options) : options_(options) {
    if (options.width < options.period) return;
    throw base::Exception(
        {base::ErrorCode::InvalidArgument,
         "width is " + std::to_string(options.width) + " and period " + std::to_string(options.period),
         "width < period", "Stripes this wide mask the whole crop"});
  }

  void fill(const data::MaskRequest& request, base::RandomStream& random,
            std::span<std::uint8_t> mask) const override {
    const auto offset = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(options_.period)));
    for (int row = 0; row < request.rows; ++row) {
      for (int col = 0; col < request.cols; ++col) {
        const std::int64_t across = options_.direction == "columns" ? col : row;
        const bool is_masked = (across + offset) % options_.period < options_.width;
        mask[static_cast<std::size_t>(row * request.cols + col)] = is_masked ? 1 : 0;
      }
    }
  }

 private:
  Options options_;
};

}  // namespace

IBOT_PLUGIN(Masking, StripesMask, "stripes", "1.0.0", "Masks stripes of patches: an example for authors.");
