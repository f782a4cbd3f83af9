// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/step.h>

#include <memory>
#include <vector>

namespace ibot::train {

/// Everything that learns in a run.
struct Model {
  Networks networks;
  std::unique_ptr<NetworkView> student, teacher;
  std::vector<WeightedTerm> terms;
  nn::Normalisation normalisation;
  at::ScalarType master = at::kFloat;
  at::ScalarType working = at::kFloat;
  at::Device device = at::kCPU;
};

/// Makes networks and loss terms of a plan with the plugins of a registry, on the plan's device and in its
/// precision, with the initial weights of its seed; the teacher starts as the student (non-strict, as
/// published). Errors: NotFound (a plugin that is not registered), InvalidArgument, whatever a plugin's
/// constructor says.
IBOT_API base::Result<std::unique_ptr<Model>> build_model(const plan::Plan& plan,
                                                          const plugin::Registry& registry);

/// The heads of a plan, for a backbone of width `dim`.
IBOT_API nn::Head::Shape student_head_shape(const plan::Plan& plan, std::int64_t dim);
IBOT_API nn::Head::Shape teacher_head_shape(const plan::Plan& plan, std::int64_t dim);

/// A backbone alone, as evaluation and inspection need it.
IBOT_API base::Result<std::unique_ptr<nn::Backbone>> build_backbone(const plan::Plan& plan,
                                                                    const plugin::Registry& registry,
                                                                    bool masked_modelling);

}  // namespace ibot::train
