// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels.h"

#include <ibot/base/random.h>
#include <ibot/nn/block.h>
#include <ibot/nn/head.h>
#include <ibot/nn/init.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace ibot::nn {
namespace {

// FNV-1a: a stable number for a name.
std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

template <class Draw>
void Initializer::fill(std::string_view name, at::Tensor& tensor, const Draw& draw) const {
  const at::NoGradGuard no_grad;
  at::Tensor values = at::empty(tensor.sizes(), at::kFloat);
  // One stream per chunk of a fixed size, so that the number of threads changes nothing.
  constexpr std::int64_t kChunk = 65536;
  const std::int64_t count = values.numel();
  const std::uint64_t id = hash_name(name);
  const std::span<float> target = kernels::span_of(values);
  at::parallel_for(0, (count + kChunk - 1) / kChunk, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t chunk = begin; chunk < end; ++chunk) {
      base::RandomStream stream(seed_, base::Purpose::Init, 0, id, static_cast<std::uint64_t>(chunk));
      const std::int64_t last = std::min(count, (chunk + 1) * kChunk);
      for (std::int64_t i = chunk * kChunk; i < last; ++i) target[static_cast<std::size_t>(i)] = draw(stream);
    }
  });
  tensor.copy_(values);
}

void Initializer::truncated_normal(std::string_view name, at::Tensor& tensor, double std_dev) const {
  fill(name, tensor, [std_dev](base::RandomStream& stream) {
    double value = stream.normal() * std_dev;
    while (std::abs(value) > 2.0) value = stream.normal() * std_dev;
    return static_cast<float>(value);
  });
}

void Initializer::uniform(std::string_view name, at::Tensor& tensor, double bound) const {
  fill(name, tensor,
       [bound](base::RandomStream& stream) { return static_cast<float>(stream.uniform(-bound, bound)); });
}

void initialize(Block& block, const Initializer& init, std::string_view prefix) {
  const std::string name(prefix);
  init.truncated_normal(name + "attn.qkv.weight", block.qkv_weight.value, 0.02);
  init.truncated_normal(name + "attn.proj.weight", block.proj_weight.value, 0.02);
  init.truncated_normal(name + "mlp.fc1.weight", block.fc1_weight.value, 0.02);
  init.truncated_normal(name + "mlp.fc2.weight", block.fc2_weight.value, 0.02);
}

void initialize(Head& head, const Initializer& init, std::string_view prefix) {
  const std::string name(prefix);
  for (std::size_t i = 0; i < head.layers().size(); ++i) {
    init.truncated_normal(name + "mlp." + std::to_string(i) + ".weight", head.layers()[i]->weight.value,
                          0.02);
  }
  if (head.patch_output().weight.defined()) {
    Head::Layer& layer = head.patch_output();
    const double bound = 1.0 / std::sqrt(static_cast<double>(layer.weight.value.size(1)));
    init.uniform(name + "mlp2.weight", layer.weight.value, bound);
    init.uniform(name + "mlp2.bias", layer.bias.value, bound);
  }
  for (auto [suffix, v] : {std::pair<const char*, Parameter*>{"last_layer.weight_v", &head.last_v},
                           std::pair<const char*, Parameter*>{"last_layer2.weight_v", &head.last2_v}}) {
    if (v->defined())
      init.uniform(name + suffix, v->value, 1.0 / std::sqrt(static_cast<double>(v->value.size(1))));
  }
}

}  // namespace ibot::nn
