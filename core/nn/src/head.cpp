// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/result.h>
#include <ibot/base/text.h>
#include <ibot/nn/head.h>
#include <ibot/nn/ops.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace ibot::nn {
namespace {

constexpr double kNormEps = 1e-5;
constexpr double kRunningMomentum = 0.1;

}  // namespace

HeadNorm::HeadNorm(const std::string& kind, std::int64_t features, bool affine) : features_(features) {
  if (kind == "ln") {
    kind_ = Kind::LayerNorm;
  } else if (kind == "csyncbn") {
    kind_ = Kind::CentreNorm;
  } else if (kind == "bn" || kind == "syncbn" || kind == "psyncbn") {
    kind_ = Kind::BatchNorm;
  } else {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           "head: unknown norm " + base::quote_untrusted(kind),
                           "none, bn, syncbn, csyncbn, psyncbn or ln", ""});
  }
  if (affine) {
    weight_ = make_parameter(at::ones({features}));
    bias_ = make_parameter(at::zeros({features}));
  }
  add("weight", weight_);
  add("bias", bias_);
  if (uses_batch_statistics()) {
    running_mean_ = at::zeros({features});
    running_var_ = at::ones({features});
    batches_tracked_ = at::zeros({}, at::kLong);
    add_buffer("running_mean", running_mean_);
    add_buffer("running_var", running_var_);
    add_buffer("num_batches_tracked", batches_tracked_);
  }
}

at::Tensor HeadNorm::forward(const at::Tensor& x, bool training) {
  const at::ScalarType work = x.scalar_type();
  const at::Tensor wide = weight_.defined() ? x.to(weight_.value.scalar_type())
                                            : x.to(work == at::kDouble ? at::kDouble : at::kFloat);
  if (kind_ == Kind::LayerNorm) {
    return at::layer_norm(wide, {features_}, weight_.value, bias_.value, kNormEps).to(work);
  }
  if (training) batches_tracked_.add_(1);
  if (kind_ == Kind::BatchNorm) {
    return at::batch_norm(wide, weight_.value, bias_.value, running_mean_, running_var_, training,
                          kRunningMomentum, kNormEps, false)
        .to(work);
  }
  // Centre norm: normalise by the mean of earlier calls, then let the running mean follow. The same two calls
  // as the published code, because the second changes in place what the backward of the first reads.
  running_var_ = at::ones_like(running_var_);
  const at::Tensor y = at::batch_norm(wide, weight_.value, bias_.value, running_mean_, running_var_, false,
                                      kRunningMomentum, kNormEps, false);
  if (training) {
    const at::NoGradGuard no_grad;
    at::batch_norm(wide.detach(), {}, {}, running_mean_, running_var_, true, kRunningMomentum, kNormEps,
                   false);
  }
  return y.to(work);
}

Head::Head(const Shape& shape) : shape_(shape) {
  const HeadOptions& o = shape_.options;
  const bool bottleneck = o.bottleneck_dim > 0;
  if (shape.in_dim <= 0 || o.layers < 1 || o.hidden_dim < 1 || o.out_dim < 1) {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           base::str("head: in_dim ", shape.in_dim, ", layers ", o.layers, ", hidden_dim ",
                                     o.hidden_dim, ", out_dim ", o.out_dim),
                           "positive sizes", ""});
  }
  if (!bottleneck && o.layers == 1 && shape.patch_head && !shape.shared) {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           "head: one layer and no bottleneck cannot be separate",
                           "layers of at least 2, a bottleneck, or a shared head", ""});
  }
  if (o.norm != "none" && o.layers > 1) norm_ = std::make_unique<HeadNorm>(o.norm, o.hidden_dim, true);

  int index = 0;
  for (std::int64_t i = 0; i < o.layers; ++i) {
    const bool last = i + 1 == o.layers;
    const std::int64_t in = i == 0 ? shape.in_dim : o.hidden_dim;
    const std::int64_t out = !last ? o.hidden_dim : bottleneck ? o.bottleneck_dim : o.out_dim;
    auto layer = std::make_unique<Layer>();
    layer->weight = make_parameter(at::zeros({out, in}));
    layer->bias = make_parameter(at::zeros({out}));
    const std::string name = o.layers == 1 ? "mlp" : "mlp." + std::to_string(index);
    add(name + ".weight", layer->weight);
    add(name + ".bias", layer->bias);
    layers_.push_back(std::move(layer));
    ++index;
    if (!last && norm_) add("mlp." + std::to_string(index++), *norm_);
    if (!last) ++index;  // the activation's place in the published Sequential
  }
  if (bottleneck) {
    last_g = make_parameter(at::ones({o.out_dim, 1}), shape.train_weight_g);
    last_v = make_parameter(at::zeros({o.out_dim, o.bottleneck_dim}));
    add("last_layer.weight_g", last_g);
    add("last_layer.weight_v", last_v);
  }
  if (o.last_norm != "none") {
    last_norm_ = std::make_unique<HeadNorm>(o.last_norm, o.out_dim, false);
    add("last_norm", *last_norm_);
  }
  if (!shape.patch_head) return;
  if (shape.shared) {
    if (bottleneck) {
      add("last_layer2.weight_g", last_g);
      add("last_layer2.weight_v", last_v);
    } else {
      add("mlp2.weight", layers_.back()->weight);
      add("mlp2.bias", layers_.back()->bias);
    }
    if (last_norm_) add("last_norm2", *last_norm_);
    return;
  }
  if (bottleneck) {
    last2_g = make_parameter(at::ones({o.patch_out_dim, 1}), shape.train_weight_g);
    last2_v = make_parameter(at::zeros({o.patch_out_dim, o.bottleneck_dim}));
    add("last_layer2.weight_g", last2_g);
    add("last_layer2.weight_v", last2_v);
  } else {
    mlp2_.weight = make_parameter(at::zeros({o.patch_out_dim, o.hidden_dim}));
    mlp2_.bias = make_parameter(at::zeros({o.patch_out_dim}));
    add("mlp2.weight", mlp2_.weight);
    add("mlp2.bias", mlp2_.bias);
  }
  if (o.last_norm != "none") {
    last_norm2_ = std::make_unique<HeadNorm>(o.last_norm, o.patch_out_dim, false);
    add("last_norm2", *last_norm2_);
  }
}

bool Head::uses_batch_statistics() const {
  return (norm_ && norm_->uses_batch_statistics()) || (last_norm_ && last_norm_->uses_batch_statistics());
}

at::Tensor Head::bottleneck(const at::Tensor& rows, bool training) {
  const bool bottleneck = shape_.options.bottleneck_dim > 0;
  at::Tensor x = rows;
  const std::size_t count = bottleneck ? layers_.size() : layers_.size() - 1;
  for (std::size_t i = 0; i < count; ++i) {
    x = linear(x, layers_[i]->weight, layers_[i]->bias);
    if (i + 1 == layers_.size()) break;
    if (norm_) x = norm_->forward(x, training);
    x = shape_.options.activation == "relu" ? at::relu(x) : at::gelu(x);
  }
  return bottleneck ? l2_normalize(x) : x;
}

at::Tensor Head::cls_logits(const at::Tensor& z, bool training) {
  const at::Tensor logits = shape_.options.bottleneck_dim > 0
                                ? weight_norm_linear(z, last_v, last_g)
                                : linear(z, layers_.back()->weight, layers_.back()->bias);
  return last_norm_ ? last_norm_->forward(logits, training) : logits;
}

at::Tensor Head::patch_logits(const at::Tensor& z, bool training) {
  if (shape_.shared) return cls_logits(z, training);
  const at::Tensor logits = shape_.options.bottleneck_dim > 0 ? weight_norm_linear(z, last2_v, last2_g)
                                                              : linear(z, mlp2_.weight, mlp2_.bias);
  return last_norm2_ ? last_norm2_->forward(logits, training) : logits;
}

}  // namespace ibot::nn
