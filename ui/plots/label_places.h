// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <functional>
#include <vector>

// Where texts stand among curves. Pixels, y downwards.
namespace ibot::ui {

/// Moves labels of one height that stand above each other apart, each as little as the others allow, in the
/// order of their wanted tops. Where the height is not enough for all the uppermost leave the top.
void spread(std::vector<double>& tops, double height, double low, double high);

/// The first of the places that lies within `area`, touches none of `taken` and covers least by `cost`. If
/// each of them touches one: the nearest free place above or below the first; if there is none, the first.
QRectF best_place(const std::vector<QRectF>& places, const std::vector<QRectF>& taken, const QRectF& area,
                  const std::function<double(const QRectF&)>& cost);

}  // namespace ibot::ui
