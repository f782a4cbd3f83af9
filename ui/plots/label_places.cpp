// SPDX-License-Identifier: GPL-3.0-or-later
#include "label_places.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot::ui {

void spread(std::vector<double>& tops, double height, double low, double high) {
  std::vector<std::size_t> order(tops.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tops[a] < tops[b]; });
  double least = low;
  for (const std::size_t i : order) {
    tops[i] = std::max(tops[i], least);
    least = tops[i] + height;
  }
  double most = high - height;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    tops[*i] = std::min(tops[*i], most);
    most = tops[*i] - height;
  }
}

QRectF best_place(const std::vector<QRectF>& places, const std::vector<QRectF>& taken, const QRectF& area,
                  const std::function<double(const QRectF&)>& cost) {
  const auto is_free = [&](const QRectF& place) {
    return area.contains(place) && std::none_of(taken.begin(), taken.end(),
                                                [&](const QRectF& other) { return other.intersects(place); });
  };
  const QRectF* best = nullptr;
  double least = 0;
  for (const QRectF& place : places) {
    if (!is_free(place)) continue;
    const double here = cost(place);
    if (best != nullptr && here >= least) continue;
    best = &place;
    least = here;
  }
  if (best != nullptr) return *best;
  const QRectF& first = places.front();
  for (double by = 1; by < area.height(); ++by) {
    for (const double way : {-by, by}) {
      if (const QRectF moved = first.translated(0, way); is_free(moved)) return moved;
    }
  }
  return first;
}

}  // namespace ibot::ui
