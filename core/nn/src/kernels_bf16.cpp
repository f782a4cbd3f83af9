// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_bf16.h"

#include "kernels_element.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cstring>

namespace ibot::nn::kernels::bf16 {
namespace {

Bf16* elements(const at::Tensor& t) {
  return reinterpret_cast<Bf16*>(t.data_ptr<at::BFloat16>());
}

// Phi(x) and the density at x times sqrt(2 pi), which share an exponential.
struct Normal {
  float cumulative, bell;
};

IBOT_INLINE Normal normal_of(float x) {
  const float z = (x < 0 ? -x : x) * 0.70710678F;
  const float bell = exp_of(-z * z);
  const float t = 1.0F / (1.0F + 0.3275911F * z);
  float p = 1.061405429F;
  p = p * t - 1.453152027F;
  p = p * t + 1.421413741F;
  p = p * t - 0.284496736F;
  p = p * t + 0.254829592F;
  const float half_tail = 0.5F * p * t * bell;  // erfc(z) / 2: no cancellation where x is far below 0
  return {x < 0 ? half_tail : 1.0F - half_tail, bell};
}

IBOT_VECTOR void gelu_piece(const Bf16* u, std::int64_t n, Bf16* g) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float x = load(u[i]);
    store(g + i, x * normal_of(x).cumulative);
  }
}

IBOT_VECTOR void gelu_gradient_piece(const Bf16* u, std::int64_t n, Bf16* dg, Bf16* g) {
  constexpr float kInverseRoot = 0.39894228F;  // 1 / sqrt(2 pi)
  for (std::int64_t i = 0; i < n; ++i) {
    const float x = load(u[i]);
    const Normal normal = normal_of(x);
    store(g + i, x * normal.cumulative);
    store(dg + i, load(dg[i]) * (normal.cumulative + x * normal.bell * kInverseRoot));
  }
}

// Halves that are added to each other: four additions one after another instead of sixteen.
IBOT_INLINE float total(float* lanes) {
  for (std::int64_t k = 0; k < 8; ++k) lanes[k] += lanes[k + 8];
  for (std::int64_t k = 0; k < 4; ++k) lanes[k] += lanes[k + 4];
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

IBOT_INLINE float larger(float a, float b) {
  return a > b ? a : b;
}

IBOT_INLINE float largest_of(float* lanes) {
  for (std::int64_t k = 0; k < 8; ++k) lanes[k] = larger(lanes[k], lanes[k + 8]);
  for (std::int64_t k = 0; k < 4; ++k) lanes[k] = larger(lanes[k], lanes[k + 4]);
  return larger(larger(lanes[0], lanes[2]), larger(lanes[1], lanes[3]));
}

// The elements of a row beyond its last whole vector.
IBOT_INLINE Floats load_rest(const Bf16* from, std::int64_t count) {
  Bf16 padded[kLanes] = {};
  std::memcpy(padded, from, static_cast<std::size_t>(count) * sizeof(Bf16));
  return load_lanes(padded);
}

IBOT_INLINE void store_rest(Bf16* to, const Floats& values, std::int64_t count) {
  Bf16 padded[kLanes];
  store_lanes(padded, values);
  std::memcpy(to, padded, static_cast<std::size_t>(count) * sizeof(Bf16));
}

// The last few elements one by one would cost as much as all others where rows are short: they are a vector
// too, filled up with what has no share.
IBOT_VECTOR void softmax_row(Bf16* s, float scale, std::int64_t n) {
  constexpr Ints kLane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  Floats v[kLongestRow / kLanes];
  Floats most = Floats{} - 1e30F;
  const std::int64_t whole = n / kLanes, rest = n % kLanes, all = whole + (rest != 0 ? 1 : 0);
  for (std::int64_t i = 0; i < whole; ++i) {
    v[i] = load_lanes(s + kLanes * i) * scale;
    most = v[i] > most ? v[i] : most;
  }
  if (rest != 0) {
    const Floats last = load_rest(s + kLanes * whole, rest) * scale;
    v[whole] = kLane < static_cast<std::int32_t>(rest) ? last : Floats{} - 1e30F;
    most = v[whole] > most ? v[whole] : most;
  }
  float lanes[kLanes];
  std::memcpy(lanes, &most, sizeof lanes);
  const float largest = largest_of(lanes);
  Floats sum{};
  for (std::int64_t i = 0; i < all; ++i) {
    v[i] = exp_up_to_88<Floats, Words>(v[i] - largest);
    sum += v[i];
  }
  std::memcpy(lanes, &sum, sizeof lanes);
  const float share = 1.0F / total(lanes);
  for (std::int64_t i = 0; i < whole; ++i) store_lanes(s + kLanes * i, v[i] * share);
  if (rest != 0) store_rest(s + kLanes * whole, v[whole] * share, rest);
}

IBOT_VECTOR void softmax_backward_row(Bf16* dp, const Bf16* p, float scale, std::int64_t n) {
  float lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t k = 0; k < kLanes; ++k) lanes[k] += load(p[i + k]) * load(dp[i + k]);
  }
  for (; i < n; ++i) lanes[0] += load(p[i]) * load(dp[i]);
  const float sum = total(lanes);
  for (i = 0; i < n; ++i) store(dp + i, scale * load(p[i]) * (load(dp[i]) - sum));
}

constexpr std::int64_t kPiece = 1 << 14;

template <class Body>
void for_pieces(std::int64_t count, const Body& body) {
  at::parallel_for(0, (count + kPiece - 1) / kPiece, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = piece * kPiece;
      body(first, std::min(kPiece, count - first));
    }
  });
}

template <class Body>
void for_rows(const at::Tensor& t, const Body& body) {
  const std::int64_t n = t.size(-1);
  if (n == 0) return;
  at::parallel_for(0, t.numel() / n, std::max<std::int64_t>(1, kPiece / n),
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t row = begin; row < end; ++row) body(row * n, n);
                   });
}

}  // namespace

bool fits(const at::Tensor& t) {
  return t.is_cpu() && t.scalar_type() == at::kBFloat16 && t.is_contiguous();
}

at::Tensor gelu(const at::Tensor& u) {
  at::Tensor g = at::empty_like(u);
  for_pieces(u.numel(), [&](std::int64_t first, std::int64_t n) {
    gelu_piece(elements(u) + first, n, elements(g) + first);
  });
  return g;
}

at::Tensor gelu_and_gradient_(at::Tensor& dg, const at::Tensor& u) {
  at::Tensor g = at::empty_like(u);
  for_pieces(u.numel(), [&](std::int64_t first, std::int64_t n) {
    gelu_gradient_piece(elements(u) + first, n, elements(dg) + first, elements(g) + first);
  });
  return g;
}

void scaled_softmax_(at::Tensor& s, double scale) {
  for_rows(s, [&](std::int64_t first, std::int64_t n) {
    softmax_row(elements(s) + first, static_cast<float>(scale), n);
  });
}

void scaled_softmax_backward_(at::Tensor& dp, const at::Tensor& p, double scale) {
  for_rows(dp, [&](std::int64_t first, std::int64_t n) {
    softmax_backward_row(elements(dp) + first, elements(p) + first, static_cast<float>(scale), n);
  });
}

}  // namespace ibot::nn::kernels::bf16
