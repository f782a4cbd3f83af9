// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/mean_curve.h>

#include <vector>

namespace ibot::compare {

/// The values of a curve at ascending places: between two of its points on the straight line from one to the
/// other, NaN outside of it.
std::vector<double> values_at(const AlignedCurve& curve, const std::vector<double>& places);

}  // namespace ibot::compare
