// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/train/model.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace ibot::train {

/// Label-free figures of a network on a fixed set of pictures.
struct HealthFigures {
  double feature_std = 0;  ///< mean over dimensions of the deviation of unit-length CLS tokens, times
                           ///< sqrt(D): 1 is spread evenly, 0 one point
  double feature_rank =
      0;  ///< exp of the entropy of normalised singular values of centred CLS tokens (Roy and Vetterli 2007)
  double prototypes_used =
      0;  ///< share of CLS prototypes that win for some picture or patch, of those that could
  std::int64_t cls_winners = 0;  ///< CLS prototypes that win for some picture
  double target_entropy =
      0;  ///< mean entropy of softmax((t - C) / tau) over the pictures, over ln K: 1 uniform, 0 one-hot
  double centre_norm = 0;  ///< L2 norm of the first centre, over sqrt(K)
};

/// Measures the teacher on pictures [n, 3, S, S] uint8, n >= 2. Changes nothing; call with gradients off.
IBOT_API HealthFigures measure_health(Model& model, const at::Tensor& pictures, double temperature);

/// Turns figures over time into a sentence when they say collapse, and into nothing while a run is healthy.
/// Remembers the last few measurements, because every run begins with outputs that are nearly uniform:
/// nothing is said before `patience` measurements agree, nor twice in a row about the same thing.
class IBOT_API HealthRules {
 public:
  explicit HealthRules(std::int64_t prototypes, int patience = 5)
      : prototypes_(prototypes), patience_(patience) {}
  /// `cls_loss`: the CLS term before its weight; `warming_up`: the learning rate still rises.
  std::optional<std::string> judge(const HealthFigures& figures, double cls_loss, bool warming_up);

 private:
  enum class Finding : unsigned char { Healthy = 1, UniformOutputs, OnePrototype, OnePoint };
  std::int64_t prototypes_;
  int patience_;
  Finding current_ = Finding::Healthy, told_ = Finding::Healthy;
  int times_ = 0;
};

}  // namespace ibot::train
