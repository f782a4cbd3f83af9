// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/module.h>

#include <ATen/core/Tensor.h>

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ibot::dist {
class Collectives;
}

namespace ibot::train {

enum class Network : unsigned char { Student = 1, Teacher };

/// Which token rows of a step.
enum class Rows : unsigned char {
  ClsGlobal = 1,  ///< CLS tokens of global crops, [V_g * B], crop-major
  ClsLocal,       ///< CLS tokens of local crops, [V_l * B], crop-major; the teacher has none
  MaskedPatches,  ///< masked patches of global crops, [M], in the order crop, image, cell
  AllPatches,     ///< every patch of global crops, [V_g * B * N]
};

/// How far through the network.
enum class Stage : unsigned char {
  Tokens = 1,  ///< the backbone's final tokens, width D
  Bottleneck,  ///< L2-normalised head output before the prototypes
  Logits,      ///< prototype logits, width K (patch rows: K2)
};

/// Every row, or their mean alone. The mean of logits costs one row: logits are linear in the bottleneck.
enum class Reduction : unsigned char { Each = 1, Mean };

/// One thing that a loss term reads.
struct Read {
  Network network;
  Rows rows;
  Stage stage;
  Reduction reduction = Reduction::Each;
  auto operator<=>(const Read&) const = default;
};

/// What a step computed: exactly the union of what the loss terms read.
class IBOT_API StepOutputs {
 public:
  std::int64_t images = 0;        ///< B
  std::int64_t global_crops = 0;  ///< V_g
  std::int64_t local_crops = 0;   ///< V_l
  std::int64_t patches = 0;       ///< N of a global crop
  at::Tensor masks;               ///< bool [V_g * B, N]
  /// Per masked row: 1 / (number of masked patches of its crop), [M], wide dtype.
  at::Tensor masked_weight;

  void set(const Read& read, at::Tensor value) { values_[read] = std::move(value); }
  /// Throws Exception (Internal) if the term did not declare that it reads this.
  const at::Tensor& get(const Read& read) const;
  const std::map<Read, at::Tensor>& values() const { return values_; }

 private:
  std::map<Read, at::Tensor> values_;
};

/// Where a step is in the run.
struct LossContext {
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  dist::Collectives* collectives = nullptr;  ///< never null
};

/// A scalar with named parts. Metrics are 0-dim tensors, read later, so that a device is not waited for.
struct LossResult {
  at::Tensor loss;  ///< 0-dim, differentiable; undefined: nothing to learn from in this batch
  std::vector<std::pair<std::string, at::Tensor>> metrics;
};

/// One term of the objective (architecture: plugins, loss terms). A recipe is a weighted list of them: iBOT
/// is ibot_cls + ibot_patch, DINO the first alone.
///
/// Buffers (centres) that it registers as a Module are saved and resumed with the run. One thread.
class IBOT_API LossTerm : public nn::Module {
 public:
  ~LossTerm() override;
  /// Constant over the life of the term.
  virtual std::vector<Read> reads() const = 0;
  /// Called once a batch, with gradients enabled; several times a step under gradient accumulation, always
  /// with the buffers as the last finished step left them. May gather statistics for finish_step.
  virtual LossResult compute(const StepOutputs& outputs, const LossContext& context) = 0;
  /// Called once a step after its batches: brings buffers up to date, reducing over ranks.
  virtual void finish_step(const LossContext& context) = 0;
};

/// An exponential moving average of a mean over rows and ranks (spec 1.5, centre update):
///   C <- m C + (1 - m) * sum over ranks and batches of row sums / (rows * ranks)
class IBOT_API Centre {
 public:
  Centre(std::int64_t width, double momentum);
  /// [1, width] (or the shape given), the buffer to register.
  at::Tensor& value() { return value_; }
  /// Adds the mean of one batch's rows, [1, width].
  void observe(const at::Tensor& mean);
  void finish_step(dist::Collectives& collectives);

 private:
  at::Tensor value_, sum_;
  double momentum_;
  std::int64_t batches_ = 0;
};

}  // namespace ibot::train
