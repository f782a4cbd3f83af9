// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels_nearest.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>

namespace ibot::evaluate {
namespace {

constexpr std::int64_t kTileQueries = 256;
constexpr std::int64_t kTileRows = 2048;

// What is kept of one query: values in falling order, and whose they are.
template <class T>
struct Kept {
  T* values;
  std::int64_t* indices;
  std::int64_t k;

  T threshold() const { return values[k - 1]; }

  void insert(T value, std::int64_t index) {
    std::int64_t place = k - 1;
    for (; place > 0 && values[place - 1] < value; --place) {
      values[place] = values[place - 1];
      indices[place] = indices[place - 1];
    }
    values[place] = value;
    indices[place] = index;
  }
};

template <class T>
void offer(Kept<T> kept, const T* products, std::int64_t count, std::int64_t first_row) {
  constexpr std::int64_t kStrip = 64;
  std::int64_t at = 0;
  for (; at + kStrip <= count; at += kStrip) {
    const T threshold = kept.threshold();
    int larger = 0;
    for (std::int64_t i = 0; i < kStrip; ++i) larger |= static_cast<int>(products[at + i] > threshold);
    if (larger == 0) continue;
    for (std::int64_t i = at; i < at + kStrip; ++i)
      if (products[i] > kept.threshold()) kept.insert(products[i], first_row + i);
  }
  for (; at < count; ++at)
    if (products[at] > kept.threshold()) kept.insert(products[at], first_row + at);
}

}  // namespace

std::pair<at::Tensor, at::Tensor> nearest_rows(const at::Tensor& queries, const at::Tensor& rows,
                                               std::int64_t k) {
  if (!queries.device().is_cpu()) {
    auto [values, indices] = at::topk(at::mm(queries, rows.t()), k);
    return {values, indices};
  }
  const std::int64_t count = queries.size(0);
  at::Tensor values = at::full({count, k}, -std::numeric_limits<double>::infinity(), queries.options());
  at::Tensor indices = at::zeros({count, k}, queries.options().dtype(at::kLong));
  AT_DISPATCH_FLOATING_TYPES(queries.scalar_type(), "nearest_rows", [&] {
    auto* kept_values = values.data_ptr<scalar_t>();
    auto* kept_indices = indices.data_ptr<std::int64_t>();
    for (std::int64_t query = 0; query < count; query += kTileQueries) {
      const std::int64_t tile_queries = std::min(kTileQueries, count - query);
      for (std::int64_t row = 0; row < rows.size(0); row += kTileRows) {
        const std::int64_t tile_rows = std::min(kTileRows, rows.size(0) - row);
        const at::Tensor tile =
            at::mm(queries.narrow(0, query, tile_queries), rows.narrow(0, row, tile_rows).t()).contiguous();
        const auto* products = tile.data_ptr<scalar_t>();
        at::parallel_for(0, tile_queries, 16, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t kept = (query + i) * k;
            offer<scalar_t>({kept_values + kept, kept_indices + kept, k}, products + i * tile_rows, tile_rows,
                            row);
          }
        });
      }
    }
  });
  return {values, indices};
}

}  // namespace ibot::evaluate
