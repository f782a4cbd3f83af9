// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sizes.h"

namespace ibot::plan {

/// What costs are computed from.
struct CostInputs {
  const PlanValues& values;
  const PlanRequest& request;
  const data::CropOptions& crops;
  const nn::HeadOptions& head;
  const train::OptimizerOptions& optimizer;
  const train::TrainOptions& train;
  const train::CheckpointOptions& checkpoints;
  const train::ProbeOptions& probes;
  const std::optional<VitSize>& vit;
};

/// Fills memory and disk of `derived`, whose counts are there already. Adds nothing where an input is
/// unknown.
void add_costs(Derived& derived, const CostInputs& inputs);

}  // namespace ibot::plan
