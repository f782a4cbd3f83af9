// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/mask.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>

#include <cstdint>
#include <memory>

// How a plan becomes crops and masks: for training, and for whoever wants to see what training will draw.
namespace ibot::train {

/// The plan's masking strategy. Errors: NotFound (a plugin that is not registered), whatever its constructor
/// says.
IBOT_API base::Result<std::unique_ptr<data::MaskStrategy>> make_mask_strategy(
    const plan::Plan& plan, const plugin::Registry& registry);

/// What the renderers of the plan's pictures share. `masks` outlives them; `mask_cell`: px, the patch size of
/// the backbone.
IBOT_API data::MultiCropSettings crop_settings(const plan::Plan& plan, const data::MaskStrategy& masks,
                                               std::int64_t mask_cell);

}  // namespace ibot::train
