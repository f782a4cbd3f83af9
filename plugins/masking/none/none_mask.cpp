// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/sdk/plugin.h>

namespace {

using namespace ibot;

/// Masks nothing: DINO, or the control of a masking ablation.
class NoneMask final : public data::MaskStrategy {
 public:
  struct Options {
    static void describe(params::Describer&, Options&) {}
  };
  explicit NoneMask(const Options&) {}

  // The mask is all 0 on entry.
  void fill(const data::MaskRequest&, base::RandomStream&, std::span<std::uint8_t>) const override {}
};

}  // namespace

IBOT_PLUGIN(Masking, NoneMask, "none", "1.0.0", "Masks no patch, as DINO does.");
