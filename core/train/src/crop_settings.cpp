// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/boundary.h>
#include <ibot/train/crop_settings.h>

namespace ibot::train {

base::Result<std::unique_ptr<data::MaskStrategy>> make_mask_strategy(const plan::Plan& plan,
                                                                     const plugin::Registry& registry) {
  IBOT_TRY(const auto masking, registry.masking(plan.mask().plugin->id));
  return plugin::stop_exceptions("masking plugin " + plan.mask().plugin->id,
                                 [&] { return masking(plan.mask().content.values); });
}

data::MultiCropSettings crop_settings(const plan::Plan& plan, const data::MaskStrategy& masks,
                                      std::int64_t mask_cell) {
  return {.crops = plan.crops(),
          .seed = static_cast<std::uint64_t>(plan.run().seed),
          .mask_cell = static_cast<int>(mask_cell),
          .masks = &masks};
}

}  // namespace ibot::train
