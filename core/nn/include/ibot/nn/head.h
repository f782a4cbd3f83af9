// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/nn/module.h>
#include <ibot/nn/options.h>

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace ibot::nn {

/// Normalisation inside the head (spec 1.3, models/head.py). One object may serve several positions; its
/// running statistics are then updated at each, as in the published code.
///   bn, syncbn, psyncbn: (x - mean) / sqrt(var + eps), batch statistics in training, running ones otherwise
///   csyncbn: (x - running mean) / sqrt(1 + eps) with the mean of earlier calls; the running mean follows
///   afterwards ln: layer norm over features
/// eps 1e-5, running statistics with momentum 0.1. In one process syncbn and psyncbn are bn.
class IBOT_API HeadNorm : public Module {
 public:
  HeadNorm(const std::string& kind, std::int64_t features, bool affine);
  /// x [R, F] -> [R, F], differentiable; computes in the dtype of the parameters.
  at::Tensor forward(const at::Tensor& x, bool training);
  bool uses_batch_statistics() const { return kind_ != Kind::LayerNorm; }

 private:
  enum class Kind : unsigned char { BatchNorm = 1, CentreNorm, LayerNorm };
  Kind kind_;
  std::int64_t features_;
  Parameter weight_, bias_;
  at::Tensor running_mean_, running_var_, batches_tracked_;
};

/// The projection head of DINO and iBOT (spec 1.3):
///   z = normalize(MLP(x)) [R, bottleneck];  logits = prototypes z [R, K]
/// with a weight-normalised prototype layer for CLS tokens (`last_layer`) and one for patch tokens
/// (`last_layer2`, the same object when shared). bottleneck_dim 0: z is the last hidden layer, and a plain
/// linear layer (`mlp.N` for CLS, `mlp2` for patch tokens when not shared) makes the logits.
///
/// It offers the stages one by one, so that a step computes only the rows that a loss reads. Logits are
/// linear in z: mean(logits) = logits(mean(z)), which is how the patch centre is found without the logits of
/// every patch.
class IBOT_API Head : public Module {
 public:
  struct Shape {
    std::int64_t in_dim = 0;
    HeadOptions options;
    bool shared = false;          ///< student: options.shared; teacher: options.shared_teacher
    bool patch_head = true;       ///< false: the plain DINO head, CLS tokens only
    bool train_weight_g = false;  ///< student: !options.norm_last_layer; teacher: irrelevant
  };
  explicit Head(const Shape& shape);

  /// True if a norm takes statistics over the batch: every token has to pass then, in the calls of the
  /// published code, for the result to be the same.
  bool uses_batch_statistics() const;

  /// rows [R, in_dim] -> z [R, bottleneck] (without a bottleneck: [R, hidden_dim]).
  at::Tensor bottleneck(const at::Tensor& rows, bool training);
  /// z [R, bottleneck] -> logits [R, K].
  at::Tensor cls_logits(const at::Tensor& z, bool training);
  at::Tensor patch_logits(const at::Tensor& z, bool training);

  bool shared() const { return shape_.shared; }
  std::int64_t out_dim() const { return shape_.options.out_dim; }
  std::int64_t patch_out_dim() const {
    return shape_.shared ? shape_.options.out_dim : shape_.options.patch_out_dim;
  }

  struct Layer {
    Parameter weight, bias;
  };
  std::vector<std::unique_ptr<Layer>>& layers() { return layers_; }
  Layer& patch_output() { return mlp2_; }  ///< undefined parameters unless separate heads have no bottleneck
  Parameter last_v, last_g, last2_v, last2_g;

 private:
  Shape shape_;
  std::vector<std::unique_ptr<Layer>> layers_;
  Layer mlp2_;
  std::unique_ptr<HeadNorm> norm_, last_norm_, last_norm2_;
};

}  // namespace ibot::nn
