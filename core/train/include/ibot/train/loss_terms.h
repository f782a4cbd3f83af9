// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/loss_term.h>

#include <memory>

namespace ibot::train {

/// Makes the loss term of one of a plan's sections, on the processor; its weight is not looked at. Errors:
/// NotFound (its plugin is not registered), and whatever the plugin's constructor says, led by "loss ID".
IBOT_API base::Result<std::unique_ptr<LossTerm>> make_loss_term(const plan::Plan& plan,
                                                                const plugin::Registry& registry,
                                                                const plan::ResolvedSection& section);

}  // namespace ibot::train
