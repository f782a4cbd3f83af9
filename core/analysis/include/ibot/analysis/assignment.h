// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ibot::analysis {

/// Hungarian assignment (Kuhn 1955, Munkres 1957; shortest augmenting paths with potentials): pairs rows with
/// columns, each at most once and as many as the shorter side has, so that the sum of the chosen costs is
/// least. cost [rows, columns], finite. Returns for each row its column, -1 for none. O(min^2 max).
/// Precondition: cost.size() == rows * columns.
IBOT_API std::vector<int> assign(std::span<const double> cost, std::size_t rows, std::size_t columns);

}  // namespace ibot::analysis
