// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_update.h"

#include <ATen/Parallel.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace ibot::train::kernels {
namespace {

// Pieces of all tensors, so that threads share the work evenly. The size is fixed: results must not depend on
// threads.
constexpr std::int64_t kPiece = 1 << 15;

struct Piece {
  std::size_t item;
  std::int64_t begin, end;
};

std::vector<Piece> pieces_of(const std::vector<UpdateItem>& items) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::int64_t count = items[i].value.numel();
    for (std::int64_t begin = 0; begin < count; begin += kPiece) {
      pieces.push_back({i, begin, std::min(count, begin + kPiece)});
    }
  }
  return pieces;
}

template <class T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) double square_sum(
    const T* x, std::int64_t n) {
  // Sixteen running sums: a fixed order that vectorises.
  double sums[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (int k = 0; k < 16; ++k) sums[k] += static_cast<double>(x[i + k]) * static_cast<double>(x[i + k]);
  }
  for (; i < n; ++i) sums[0] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

template <class T>
struct AdamWScalars {
  T decay, weight1, beta2, weight2, eps, step_size, root, scale;
};

template <class T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) void adamw_piece(
    T* p, T* g, T* m, T* v, std::int64_t n, const AdamWScalars<T> s) {
  for (std::int64_t i = 0; i < n; ++i) {
    const T gradient = g[i] * s.scale;
    const T first = m[i] + (gradient - m[i]) * s.weight1;
    const T second = v[i] * s.beta2 + gradient * gradient * s.weight2;
    m[i] = first;
    v[i] = second;
    p[i] = p[i] * s.decay - s.step_size * (first / (std::sqrt(second) / s.root + s.eps));
    g[i] = 0;
  }
}

template <class T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) void average_piece(
    T* teacher, const T* student, std::int64_t n, T momentum, T rest) {
  for (std::int64_t i = 0; i < n; ++i) teacher[i] = teacher[i] * momentum + rest * student[i];
}

// Round to nearest even; NaN stays NaN.
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) void to_bf16_piece(
    const float* x, std::uint16_t* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(x[i]);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
    y[i] = static_cast<std::uint16_t>((bits & 0x7FFFFFFFU) > 0x7F800000U ? (bits >> 16) | 0x40U : rounded);
  }
}

template <class T>
T* pointer(const at::Tensor& tensor, std::int64_t offset) {
  return tensor.data_ptr<T>() + offset;
}

template <class T>
void refresh(const at::Tensor& working, const T* value, std::int64_t begin, std::int64_t n) {
  if (!working.defined()) return;
  if constexpr (std::is_same_v<T, float>) {
    to_bf16_piece(value, reinterpret_cast<std::uint16_t*>(pointer<at::BFloat16>(working, begin)), n);
  }
}

template <class T>
void run_piece(const UpdateItem& item, const Piece& piece, const AdamWConstants& c) {
  const std::int64_t n = piece.end - piece.begin;
  T* value = pointer<T>(item.value, piece.begin);
  if (item.apply) {
    const AdamWScalars<T> scalars{static_cast<T>(1 - c.lr * item.weight_decay),
                                  static_cast<T>(1 - c.beta1),
                                  static_cast<T>(c.beta2),
                                  static_cast<T>(1 - c.beta2),
                                  static_cast<T>(c.eps),
                                  static_cast<T>(c.lr / item.correction1),
                                  static_cast<T>(item.correction2_root),
                                  static_cast<T>(item.gradient_scale)};
    adamw_piece<T>(value, pointer<T>(item.gradient, piece.begin), pointer<T>(item.moment1, piece.begin),
                   pointer<T>(item.moment2, piece.begin), n, scalars);
    refresh<T>(item.working, value, piece.begin, n);
  } else if (item.gradient.defined()) {
    std::fill_n(pointer<T>(item.gradient, piece.begin), n, T(0));
  }
  if (item.teacher.defined()) {
    T* teacher = pointer<T>(item.teacher, piece.begin);
    average_piece<T>(teacher, value, n, static_cast<T>(c.teacher_momentum),
                     static_cast<T>(1 - c.teacher_momentum));
    refresh<T>(item.teacher_working, teacher, piece.begin, n);
  }
}

}  // namespace

bool can_fuse(const std::vector<UpdateItem>& items) {
  for (const UpdateItem& item : items) {
    const bool dtype = item.value.scalar_type() == at::kFloat || item.value.scalar_type() == at::kDouble;
    if (!item.value.is_cpu() || !item.value.is_contiguous() || !dtype) return false;
    if (item.teacher.defined() && item.teacher.scalar_type() != item.value.scalar_type()) return false;
    if (item.working.defined() && item.working.scalar_type() != at::kBFloat16) return false;
  }
  return true;
}

std::vector<double> sums_of_squares(const std::vector<UpdateItem>& items) {
  const std::vector<Piece> pieces = pieces_of(items);
  std::vector<double> partial(pieces.size());
  at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Piece& piece = pieces[static_cast<std::size_t>(i)];
      const at::Tensor& gradient = items[piece.item].gradient;
      if (!gradient.defined()) continue;
      const std::int64_t n = piece.end - piece.begin;
      partial[static_cast<std::size_t>(i)] =
          gradient.scalar_type() == at::kFloat
              ? square_sum<float>(pointer<float>(gradient, piece.begin), n)
              : square_sum<double>(pointer<double>(gradient, piece.begin), n);
    }
  });
  std::vector<double> sums(items.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) sums[pieces[i].item] += partial[i];
  return sums;
}

void adamw(const std::vector<UpdateItem>& items, const AdamWConstants& constants) {
  const std::vector<Piece> pieces = pieces_of(items);
  at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Piece& piece = pieces[static_cast<std::size_t>(i)];
      const UpdateItem& item = items[piece.item];
      if (item.value.scalar_type() == at::kFloat) {
        run_piece<float>(item, piece, constants);
      } else {
        run_piece<double>(item, piece, constants);
      }
    }
  });
}

}  // namespace ibot::train::kernels
