// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/options.h>
#include <ibot/nn/backbone.h>
#include <ibot/nn/head.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::evaluate {

/// What an evaluator is given. Everything is borrowed for the length of the call.
struct EvaluationInput {
  nn::Backbone* backbone = nullptr;  ///< the network; null: only what needs none (raw pixels, colours)
  nn::Head* head = nullptr;          ///< its projection head; null: none, or weights that came without one
  nn::Normalisation normalisation;
  const data::Dataset* dataset = nullptr;  ///< the run's own pictures
  data::DataOptions data;                  ///< how they were opened: a validation split lies beside them
  std::int64_t crop_size = 224;            ///< side of the run's global crops: the default size of pictures
};

/// One figure.
struct Figure {
  std::string metric;  ///< "top1", "nmi"
  double value = 0;    ///< percent where the name of a protocol's figure is in percent; see the evaluator
};

struct EvaluationResult {
  std::vector<Figure> figures;
  std::string settings_json;  ///< everything that the figures depend on beside the weights
};

/// A protocol: features in, figures out (architecture: plugins, evaluators). Changes no weight; every draw
/// comes from the seed it was made with. One thread calls.
class IBOT_API Evaluator {
 public:
  virtual ~Evaluator();
  virtual base::Result<EvaluationResult> run(const EvaluationInput& input) = 0;
};

}  // namespace ibot::evaluate
