// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/boundary.h>
#include <ibot/train/loss_terms.h>

#include <cmath>
#include <variant>

namespace ibot::train {
namespace {

// The first epoch with masks, where the masking plugin has that parameter: the patch temperature waits for
// it.
std::int64_t mask_start_epoch(const plan::Plan& plan) {
  const params::Values values = plan.mask().content.values;
  const auto found = values.find("start_epoch");
  if (found == values.end()) return 0;
  const auto* epoch = std::get_if<std::int64_t>(&found->second);
  return epoch == nullptr ? 0 : *epoch;
}

plugin::LossRequest request_of(const plan::Plan& plan) {
  const nn::HeadOptions head = plan.head();
  const data::CropOptions crops = plan.crops();
  plugin::LossRequest request;
  request.out_dim = head.out_dim;
  request.patch_out_dim = head.shared || head.shared_teacher ? head.out_dim : head.patch_out_dim;
  request.global_crops = static_cast<int>(crops.global.count);
  request.local_crops = static_cast<int>(crops.local.count);
  request.epochs = static_cast<std::int64_t>(std::ceil(plan.train().epochs));
  request.steps_per_epoch = plan.derived().steps_per_epoch.value_or(1);
  request.mask_start_epoch = mask_start_epoch(plan);
  return request;
}

}  // namespace

base::Result<std::unique_ptr<LossTerm>> make_loss_term(const plan::Plan& plan,
                                                       const plugin::Registry& registry,
                                                       const plan::ResolvedSection& section) {
  const std::string& id = section.plugin->id;
  IBOT_TRY(const auto factory, registry.loss(id));
  return plugin::stop_exceptions("loss " + id,
                                 [&] { return factory(section.content.values, request_of(plan)); });
}

}  // namespace ibot::train
