// SPDX-License-Identifier: GPL-3.0-or-later
#include "attention.h"
#include "kernels.h"

#include <ibot/base/result.h>
#include <ibot/base/text.h>
#include <ibot/nn/block.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace ibot::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Heads {
  at::Tensor q, k, v;  // [n, heads, tokens, head_dim], views
};

// qkv [R, 3D] -> views of one segment.
Heads heads_of(const at::Tensor& qkv, const TokenSegment& segment, std::int64_t heads) {
  const std::int64_t dim = qkv.size(1) / 3;
  const at::Tensor view = qkv.narrow(0, segment.first_row, segment.samples * segment.tokens)
                              .view({segment.samples, segment.tokens, 3, heads, dim / heads});
  return {view.select(2, 0).transpose(1, 2), view.select(2, 1).transpose(1, 2),
          view.select(2, 2).transpose(1, 2)};
}

// [n, heads, tokens, head_dim] -> rows [n * tokens, D]
at::Tensor merge_heads(const at::Tensor& out) {
  return out.transpose(1, 2).reshape({-1, out.size(1) * out.size(3)});
}

// All that a block's forward has in common for both directions.
struct Kept {
  at::Tensor x, mean1, rstd1, qkv, attended, mean2, rstd2, hidden;
  at::Tensor projected;  // attention's branch: the sum after it is made again, at half its size
  at::Tensor expanded;   // the MLP's branch, kept only for layer scale
  at::Tensor drop_attention, drop_mlp, rows;
  at::Tensor all_attended;
  std::vector<at::Tensor> log_sums;
  std::vector<TokenSegment> segments;
};

at::Tensor block_forward(Block& block, const at::Tensor& x, const std::vector<TokenSegment>& segments,
                         const DropPathRows& drop, const at::Tensor& rows, Kept* kept) {
  const Block::Options& options = block.options();
  const at::ScalarType work = block.qkv_weight.working.scalar_type();
  auto norm1 =
      kernels::layer_norm(x, block.norm1_weight.value, block.norm1_bias.value, options.norm_eps, work);
  const at::Tensor qkv = block.qkv_bias.defined()
                             ? at::addmm(block.qkv_bias.working, norm1.y, block.qkv_weight.working.t())
                             : at::mm(norm1.y, block.qkv_weight.working.t());
  norm1.y.reset();

  std::vector<at::Tensor> parts;
  for (const TokenSegment& segment : segments) {
    at::Tensor log_sum;
    parts.push_back(attend(qkv, segment, options.heads, log_sum));
    if (kept != nullptr) kept->log_sums.push_back(log_sum);
  }
  at::Tensor attended = parts.size() == 1 ? parts.front() : at::cat(parts);
  // Backward reads every row once more, by segment: views of this one buffer.
  if (kept != nullptr) kept->all_attended = attended;
  at::Tensor input = x;
  at::Tensor drop_attention = drop.attention;
  at::Tensor drop_mlp = drop.mlp;
  if (rows.defined()) {
    attended = at::index_select(attended, 0, rows);
    input = at::index_select(x, 0, rows);
    if (drop_attention.defined()) drop_attention = at::index_select(drop_attention, 0, rows);
    if (drop_mlp.defined()) drop_mlp = at::index_select(drop_mlp, 0, rows);
  }
  const at::Tensor projected = at::addmm(block.proj_bias.working, attended, block.proj_weight.working.t());
  const at::Tensor middle = kernels::residual_add(input, projected, drop_attention, block.gamma1.detached());

  auto norm2 =
      kernels::layer_norm(middle, block.norm2_weight.value, block.norm2_bias.value, options.norm_eps, work);
  const at::Tensor hidden = at::addmm(block.fc1_bias.working, norm2.y, block.fc1_weight.working.t());
  norm2.y.reset();
  const at::Tensor expanded =
      at::addmm(block.fc2_bias.working, kernels::gelu(hidden), block.fc2_weight.working.t());
  const at::Tensor result = kernels::residual_add(middle, expanded, drop_mlp, block.gamma2.detached());

  if (kept != nullptr) {
    kept->x = x;
    kept->mean1 = norm1.mean;
    kept->rstd1 = norm1.rstd;
    kept->qkv = qkv;
    kept->attended = attended;
    kept->mean2 = norm2.mean;
    kept->rstd2 = norm2.rstd;
    kept->hidden = hidden;
    kept->drop_attention = drop_attention;
    kept->drop_mlp = drop_mlp;
    kept->rows = rows;
    kept->segments = segments;
    kept->projected = projected;
    if (block.gamma2.defined()) kept->expanded = expanded;
  }
  return result;
}

// The gradients of a row-wise linear layer y = x W^T + b, into its parameters.
void linear_parameters(const at::Tensor& dy, const at::Tensor& x, Parameter& weight, Parameter& bias) {
  weight.accumulate_grad(at::mm(dy.t(), x));
  if (bias.defined()) bias.accumulate_grad(kernels::column_sum(dy, bias.value.scalar_type()));
}

// The same, and dx returned.
at::Tensor linear_backward(const at::Tensor& dy, const at::Tensor& x, Parameter& weight, Parameter& bias) {
  linear_parameters(dy, x, weight, bias);
  return at::mm(dy, weight.working);
}

// dgamma = sum over rows of scale * dx * y.
void gamma_backward(Parameter& gamma, const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& y) {
  at::Tensor product = dx * y;
  if (scale.defined()) product = product * scale.unsqueeze(1);
  gamma.accumulate_grad(kernels::column_sum(product, gamma.value.scalar_type()));
}

at::Tensor block_backward(Block& block, const Kept& kept, const at::Tensor& gradient) {
  const Block::Options& options = block.options();
  const at::ScalarType work = block.qkv_weight.working.scalar_type();

  // The same bits as in forward.
  const at::Tensor middle =
      kernels::residual_add(kept.rows.defined() ? at::index_select(kept.x, 0, kept.rows) : kept.x,
                            kept.projected, kept.drop_attention, block.gamma1.detached());

  // MLP branch.
  if (block.gamma2.defined()) gamma_backward(block.gamma2, gradient, kept.drop_mlp, kept.expanded);
  at::Tensor dy = kernels::branch_grad(gradient, kept.drop_mlp, block.gamma2.detached(), work);
  at::Tensor dhidden = at::mm(dy, block.fc2_weight.working);
  linear_parameters(dy, kernels::gelu_and_gradient_(dhidden, kept.hidden), block.fc2_weight, block.fc2_bias);
  at::Tensor dnorm =
      linear_backward(dhidden,
                      kernels::layer_norm_again(middle, kept.mean2, kept.rstd2, block.norm2_weight.detached(),
                                                block.norm2_bias.detached(), work),
                      block.fc1_weight, block.fc1_bias);
  dhidden.reset();
  at::Tensor dmiddle = gradient.clone();
  {
    const auto [dw, db] = kernels::layer_norm_backward(dnorm, middle, kept.mean2, kept.rstd2,
                                                       block.norm2_weight.detached(), dmiddle);
    block.norm2_weight.accumulate_grad(dw);
    block.norm2_bias.accumulate_grad(db);
  }

  // Attention branch.
  if (block.gamma1.defined()) gamma_backward(block.gamma1, dmiddle, kept.drop_attention, kept.projected);
  dy = kernels::branch_grad(dmiddle, kept.drop_attention, block.gamma1.detached(), work);
  at::Tensor dattended = linear_backward(dy, kept.attended, block.proj_weight, block.proj_bias);
  at::Tensor dx = dmiddle;
  if (kept.rows.defined()) {
    const std::int64_t count = kept.x.size(0);
    dattended = at::zeros({count, options.dim}, dattended.options()).index_copy_(0, kept.rows, dattended);
    dx = at::zeros({count, options.dim}, dmiddle.options()).index_copy_(0, kept.rows, dmiddle);
  }
  at::Tensor dqkv = at::empty_like(kept.qkv);
  for (std::size_t i = 0; i < kept.segments.size(); ++i) {
    attend_backward(kept.qkv, kept.segments[i], options.heads, kept.all_attended, kept.log_sums[i], dattended,
                    dqkv);
  }
  dnorm =
      linear_backward(dqkv,
                      kernels::layer_norm_again(kept.x, kept.mean1, kept.rstd1, block.norm1_weight.detached(),
                                                block.norm1_bias.detached(), work),
                      block.qkv_weight, block.qkv_bias);
  const auto [dw, db] =
      kernels::layer_norm_backward(dnorm, kept.x, kept.mean1, kept.rstd1, block.norm1_weight.detached(), dx);
  block.norm1_weight.accumulate_grad(dw);
  block.norm1_bias.accumulate_grad(db);
  return dx;
}

// Owns what forward keeps until backward has used it.
struct KeptHolder : torch::CustomClassHolder {
  Kept kept;
};

struct BlockFunction : torch::autograd::Function<BlockFunction> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& /*anchor*/, Block* block,
                          const std::vector<TokenSegment>* segments, const DropPathRows* drop,
                          const at::Tensor* rows) {
    auto holder = c10::make_intrusive<KeptHolder>();
    const at::Tensor result = block_forward(*block, x, *segments, *drop, *rows, &holder->kept);
    ctx->saved_data["kept"] = c10::IValue::make_capsule(holder);
    ctx->saved_data["block"] = reinterpret_cast<std::int64_t>(block);
    return result;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    Block& block = *reinterpret_cast<Block*>(ctx->saved_data["block"].toInt());
    const auto holder = c10::static_intrusive_pointer_cast<KeptHolder>(ctx->saved_data["kept"].toCapsule());
    at::Tensor dx = block_backward(block, holder->kept, grads[0].contiguous());
    holder->kept = {};  // free the activations at once, not when the graph dies
    return {dx, Variable(), Variable(), Variable(), Variable(), Variable()};
  }
};

}  // namespace

Block::Block(const Options& options) : options_(options) {
  const std::int64_t dim = options.dim;
  if (dim <= 0 || options.heads <= 0 || dim % options.heads != 0 || options.mlp_hidden <= 0) {
    throw base::Exception({base::ErrorCode::InvalidArgument,
                           base::str("transformer block: dim ", dim, ", heads ", options.heads, ", hidden ",
                                     options.mlp_hidden),
                           "positive sizes, dim divisible by heads", ""});
  }
  const auto zeros = [](at::IntArrayRef shape) { return make_parameter(at::zeros(shape)); };
  norm1_weight = make_parameter(at::ones({dim}));
  norm1_bias = zeros({dim});
  qkv_weight = zeros({3 * dim, dim});
  if (options.qkv_bias) qkv_bias = zeros({3 * dim});
  proj_weight = zeros({dim, dim});
  proj_bias = zeros({dim});
  norm2_weight = make_parameter(at::ones({dim}));
  norm2_bias = zeros({dim});
  fc1_weight = zeros({options.mlp_hidden, dim});
  fc1_bias = zeros({options.mlp_hidden});
  fc2_weight = zeros({dim, options.mlp_hidden});
  fc2_bias = zeros({dim});
  if (options.layer_scale > 0) {
    gamma1 = make_parameter(at::full({dim}, options.layer_scale));
    gamma2 = make_parameter(at::full({dim}, options.layer_scale));
  }
  add("gamma_1", gamma1);
  add("gamma_2", gamma2);
  add("norm1.weight", norm1_weight);
  add("norm1.bias", norm1_bias);
  add("attn.qkv.weight", qkv_weight);
  add("attn.qkv.bias", qkv_bias);
  add("attn.proj.weight", proj_weight);
  add("attn.proj.bias", proj_bias);
  add("norm2.weight", norm2_weight);
  add("norm2.bias", norm2_bias);
  add("mlp.fc1.weight", fc1_weight);
  add("mlp.fc1.bias", fc1_bias);
  add("mlp.fc2.weight", fc2_weight);
  add("mlp.fc2.bias", fc2_bias);
}

at::Tensor Block::forward(const at::Tensor& x, const std::vector<TokenSegment>& segments,
                          const DropPathRows& drop, const at::Tensor& rows) {
  if (!x.is_cpu()) return forward_composed(x, segments, drop, rows);
  if (!at::GradMode::is_enabled()) return block_forward(*this, x, segments, drop, rows, nullptr);
  return BlockFunction::apply(x, qkv_weight.value, this, &segments, &drop, &rows);
}

at::Tensor Block::forward_composed(const at::Tensor& x, const std::vector<TokenSegment>& segments,
                                   const DropPathRows& drop, const at::Tensor& rows) {
  const at::ScalarType work = qkv_weight.working.scalar_type();
  // Casts of the master weights are part of the graph here, so that gradients reach them.
  const auto cast = [work](const Parameter& p) { return p.defined() ? p.value.to(work) : at::Tensor(); };
  const auto norm = [&](const at::Tensor& t, const Parameter& w, const Parameter& b) {
    return std::get<0>(at::native_layer_norm(t, {options_.dim}, w.value, b.value, options_.norm_eps))
        .to(work);
  };
  const auto branch = [&](const at::Tensor& y, const Parameter& gamma, const at::Tensor& scale) {
    return kernels::residual_add(at::zeros({}, x.options()), y, scale, gamma.value);
  };
  const at::Tensor qkv = at::linear(norm(x, norm1_weight, norm1_bias), cast(qkv_weight), cast(qkv_bias));
  std::vector<at::Tensor> parts;
  for (const TokenSegment& segment : segments) {
    const Heads heads = heads_of(qkv, segment, options_.heads);
    parts.push_back(merge_heads(at::scaled_dot_product_attention(heads.q, heads.k, heads.v)));
  }
  at::Tensor attended = at::cat(parts);
  at::Tensor input = x;
  DropPathRows chosen = drop;
  if (rows.defined()) {
    attended = at::index_select(attended, 0, rows);
    input = at::index_select(x, 0, rows);
    if (drop.attention.defined()) chosen.attention = at::index_select(drop.attention, 0, rows);
    if (drop.mlp.defined()) chosen.mlp = at::index_select(drop.mlp, 0, rows);
  }
  const at::Tensor middle =
      input + branch(at::linear(attended, cast(proj_weight), cast(proj_bias)), gamma1, chosen.attention);
  const at::Tensor hidden =
      at::linear(norm(middle, norm2_weight, norm2_bias), cast(fc1_weight), cast(fc1_bias));
  return middle + branch(at::linear(at::gelu(hidden), cast(fc2_weight), cast(fc2_bias)), gamma2, chosen.mlp);
}

at::Tensor Block::attention_row(const at::Tensor& x, const TokenSegment& segment, std::int64_t query_token) {
  const at::NoGradGuard no_grad;
  const std::int64_t dim = options_.dim;
  const at::ScalarType work = qkv_weight.working.scalar_type();
  const at::Tensor rows = x.narrow(0, segment.first_row, segment.samples * segment.tokens);
  const at::Tensor h =
      kernels::layer_norm(rows, norm1_weight.value, norm1_bias.value, options_.norm_eps, work).y;
  const auto part = [&](const at::Tensor& input, std::int64_t index) {
    at::Tensor y = at::mm(input, qkv_weight.working.narrow(0, index * dim, dim).t());
    if (qkv_bias.defined()) y = y + qkv_bias.working.narrow(0, index * dim, dim);
    return y.view({segment.samples, -1, options_.heads, dim / options_.heads}).transpose(1, 2);
  };
  const at::Tensor queries = h.view({segment.samples, segment.tokens, dim}).select(1, query_token);
  const at::Tensor scores = at::matmul(part(queries, 0), part(h, 1).transpose(-2, -1)).squeeze(2);
  const double scale = 1.0 / std::sqrt(static_cast<double>(dim / options_.heads));
  return at::softmax(scores.to(x.scalar_type()) * scale, -1);
}

}  // namespace ibot::nn
