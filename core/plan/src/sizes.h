// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <cstdint>
#include <optional>

namespace ibot::plan {

/// The shape of the shipped backbone `vit` (spec 1.1). Counted here, without running the plugin, so that
/// `ibot plan` answers at once and without LibTorch.
struct VitSize {
  std::int64_t patch = 0;
  std::int64_t dim = 0;
  std::int64_t depth = 0;
  std::int64_t heads = 0;
  double mlp_ratio = 4;
  bool qkv_bias = true;
  bool layer_scale = false;
};

/// nullopt if the backbone is another plugin, or its schema is not the one known here.
std::optional<VitSize> vit_size(const ResolvedSection& backbone);

/// Parameters without the mask token; positions stored for grid x grid patches. A double: exact up to 2^53,
/// and beyond that merely large, whatever a file says.
double vit_parameters(const VitSize& size, std::int64_t grid);

/// Parameters of one projection head behind tokens of `dim` features (spec 1.3). `shared`: one prototype
/// layer.
double head_parameters(const nn::HeadOptions& options, std::int64_t dim, bool shared);

/// What of a plan follows from what else (derived.h).
Derived derive(const PlanValues& values, const std::vector<ResolvedSection>& sections,
               const PlanRequest& request);

}  // namespace ibot::plan
