// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_rows.h"

#include "kernels_element.h"

#include <ATen/Parallel.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace ibot::nn::kernels::rows {
namespace {

// Sixteen running sums give the vectoriser a fixed order of additions.
constexpr int kLanes = 16;

inline float total(const float* lanes) {
  float sum = 0;
  for (int k = 0; k < kLanes; ++k) sum += lanes[k];
  return sum;
}

template <class Out>
IBOT_VECTOR void normalise_row(const float* x, const float* w, const float* b, float mean, float rstd,
                               std::int64_t n, Out* y) {
  for (std::int64_t i = 0; i < n; ++i) store(y + i, (x[i] - mean) * rstd * w[i] + b[i]);
}

IBOT_VECTOR float sum_row(const float* x, std::int64_t n) {
  float lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lanes[k] += x[i + k];
  }
  for (; i < n; ++i) lanes[0] += x[i];
  return total(lanes);
}

IBOT_VECTOR float square_row(const float* x, float mean, std::int64_t n) {
  float lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lanes[k] += (x[i + k] - mean) * (x[i + k] - mean);
  }
  for (; i < n; ++i) lanes[0] += (x[i] - mean) * (x[i] - mean);
  return total(lanes);
}

template <class In>
IBOT_VECTOR void norm_backward_row(const In* dy, const float* x, const float* w, float mean, float rstd,
                                   std::int64_t n, float* dx, float* dw, float* db) {
  float first[kLanes] = {};
  float second[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) {
      const float g = load(dy[i + k]);
      const float hat = (x[i + k] - mean) * rstd;
      first[k] += g * w[i + k];
      second[k] += g * w[i + k] * hat;
      dw[i + k] += g * hat;
      db[i + k] += g;
    }
  }
  for (; i < n; ++i) {
    const float g = load(dy[i]);
    const float hat = (x[i] - mean) * rstd;
    first[0] += g * w[i];
    second[0] += g * w[i] * hat;
    dw[i] += g * hat;
    db[i] += g;
  }
  const float c1 = total(first) / static_cast<float>(n);
  const float c2 = total(second) / static_cast<float>(n);
  for (i = 0; i < n; ++i) {
    const float hat = (x[i] - mean) * rstd;
    dx[i] += rstd * (load(dy[i]) * w[i] - c1 - hat * c2);
  }
}

template <class In>
IBOT_VECTOR void add_row(const float* x, const In* y, float scale, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = x[i] + scale * load(y[i]);
}
template <class In>
IBOT_VECTOR void add_row_gamma(const float* x, const In* y, float scale, const float* gamma, std::int64_t n,
                               float* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = x[i] + scale * (gamma[i] * load(y[i]));
}
template <class Out>
IBOT_VECTOR void scale_row(const float* x, float scale, std::int64_t n, Out* y) {
  for (std::int64_t i = 0; i < n; ++i) store(y + i, x[i] * scale);
}
template <class Out>
IBOT_VECTOR void scale_row_gamma(const float* x, float scale, const float* gamma, std::int64_t n, Out* y) {
  for (std::int64_t i = 0; i < n; ++i) store(y + i, x[i] * gamma[i] * scale);
}
template <class In>
IBOT_VECTOR void accumulate_row(const In* x, std::int64_t n, float* sum) {
  for (std::int64_t i = 0; i < n; ++i) sum[i] += load(x[i]);
}

const float* floats(const at::Tensor& t) {
  return t.data_ptr<float>();
}

template <class T>
T* elements(const at::Tensor& t) {
  if constexpr (std::is_same_v<T, float>) {
    return t.data_ptr<float>();
  } else {
    return reinterpret_cast<Bf16*>(t.data_ptr<at::BFloat16>());
  }
}

// Calls body(T{}) with the element type of a tensor.
template <class Body>
void dispatch(at::ScalarType type, const Body& body) {
  if (type == at::kFloat) {
    body(float{});
  } else {
    body(Bf16{});
  }
}

// Rows in parallel, about 16k elements a task.
template <class Body>
void for_rows(std::int64_t rows, std::int64_t columns, const Body& body) {
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, columns));
  at::parallel_for(0, rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) body(row);
  });
}

constexpr std::int64_t kBlocks = 16;

// Sums over rows in a fixed number of blocks, added in order.
template <class Body>
void reduce_rows(std::int64_t rows, std::int64_t width, float* result, const Body& body) {
  std::vector<float> partial(static_cast<std::size_t>(kBlocks * width));
  at::parallel_for(0, kBlocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      float* sum = partial.data() + block * width;
      for (std::int64_t row = rows * block / kBlocks; row < rows * (block + 1) / kBlocks; ++row)
        body(row, sum);
    }
  });
  for (std::int64_t i = 0; i < width; ++i) result[i] = partial[static_cast<std::size_t>(i)];
  for (std::int64_t block = 1; block < kBlocks; ++block)
    accumulate_row(partial.data() + block * width, width, result);
}

float at_or_one(const at::Tensor& scale, std::int64_t row) {
  return scale.defined() ? floats(scale)[row] : 1.0F;
}

}  // namespace

bool fits(const at::Tensor& wide, at::ScalarType work) {
  return wide.is_cpu() && wide.scalar_type() == at::kFloat && wide.is_contiguous() &&
         (work == at::kFloat || work == at::kBFloat16);
}

void layer_norm(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b, double eps, at::Tensor& y,
                at::Tensor& mean, at::Tensor& rstd) {
  const std::int64_t n = x.size(1);
  float* means = mean.data_ptr<float>();
  float* rstds = rstd.data_ptr<float>();
  dispatch(y.scalar_type(), [&](auto element) {
    using T = decltype(element);
    for_rows(x.size(0), n, [&](std::int64_t row) {
      const float* in = floats(x) + row * n;
      const float m = sum_row(in, n) / static_cast<float>(n);
      const float variance = square_row(in, m, n) / static_cast<float>(n);
      const float r = 1.0F / std::sqrt(variance + static_cast<float>(eps));
      means[row] = m;
      rstds[row] = r;
      normalise_row(in, floats(w), floats(b), m, r, n, elements<T>(y) + row * n);
    });
  });
}

void layer_norm_again(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& rstd,
                      const at::Tensor& w, const at::Tensor& b, at::Tensor& y) {
  const std::int64_t n = x.size(1);
  dispatch(y.scalar_type(), [&](auto element) {
    using T = decltype(element);
    for_rows(x.size(0), n, [&](std::int64_t row) {
      normalise_row(floats(x) + row * n, floats(w), floats(b), floats(mean)[row], floats(rstd)[row], n,
                    elements<T>(y) + row * n);
    });
  });
}

void layer_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& mean,
                         const at::Tensor& rstd, const at::Tensor& w, at::Tensor& dx_in_out, at::Tensor& dw,
                         at::Tensor& db) {
  const std::int64_t n = x.size(1);
  std::vector<float> sums(static_cast<std::size_t>(2 * n));
  float* dx = dx_in_out.data_ptr<float>();
  dispatch(dy.scalar_type(), [&](auto element) {
    using T = decltype(element);
    reduce_rows(x.size(0), 2 * n, sums.data(), [&](std::int64_t row, float* sum) {
      norm_backward_row(elements<T>(dy) + row * n, floats(x) + row * n, floats(w), floats(mean)[row],
                        floats(rstd)[row], n, dx + row * n, sum, sum + n);
    });
  });
  std::copy_n(sums.data(), n, dw.data_ptr<float>());
  std::copy_n(sums.data() + n, n, db.data_ptr<float>());
}

void residual_add(const at::Tensor& x, const at::Tensor& y, const at::Tensor& scale, const at::Tensor& gamma,
                  at::Tensor& out) {
  const std::int64_t n = x.size(1);
  float* to = out.data_ptr<float>();
  dispatch(y.scalar_type(), [&](auto element) {
    using T = decltype(element);
    for_rows(x.size(0), n, [&](std::int64_t row) {
      const T* branch = elements<T>(y) + row * n;
      if (gamma.defined()) {
        add_row_gamma(floats(x) + row * n, branch, at_or_one(scale, row), floats(gamma), n, to + row * n);
      } else {
        add_row(floats(x) + row * n, branch, at_or_one(scale, row), n, to + row * n);
      }
    });
  });
}

void branch_grad(const at::Tensor& dx, const at::Tensor& scale, const at::Tensor& gamma, at::Tensor& dy) {
  const std::int64_t n = dx.size(1);
  dispatch(dy.scalar_type(), [&](auto element) {
    using T = decltype(element);
    for_rows(dx.size(0), n, [&](std::int64_t row) {
      T* to = elements<T>(dy) + row * n;
      if (gamma.defined()) {
        scale_row_gamma(floats(dx) + row * n, at_or_one(scale, row), floats(gamma), n, to);
      } else {
        scale_row(floats(dx) + row * n, at_or_one(scale, row), n, to);
      }
    });
  });
}

void column_sum(const at::Tensor& y, at::Tensor& sum) {
  const std::int64_t n = y.size(1);
  dispatch(y.scalar_type(), [&](auto element) {
    using T = decltype(element);
    reduce_rows(y.size(0), n, sum.data_ptr<float>(), [&](std::int64_t row, float* partial) {
      accumulate_row(elements<T>(y) + row * n, n, partial);
    });
  });
}

void accumulate(at::Tensor& sum, const at::Tensor& grad) {
  constexpr std::int64_t kPiece = 1 << 15;
  const std::int64_t count = sum.numel();
  float* to = sum.data_ptr<float>();
  dispatch(grad.scalar_type(), [&](auto element) {
    using T = decltype(element);
    at::parallel_for(0, (count + kPiece - 1) / kPiece, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        const std::int64_t first = piece * kPiece;
        accumulate_row(elements<T>(grad) + first, std::min(kPiece, count - first), to + first);
      }
    });
  });
}

}  // namespace ibot::nn::kernels::rows
