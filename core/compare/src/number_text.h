// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/result.h>

#include <optional>
#include <string>

namespace ibot::compare {

/// Decimals that all values of a result are shown with: two significant digits of the smallest spread.
int decimals_of(const ComparisonResult& result);
std::string fixed(double value, int decimals);
/// With its sign, so that better and worse are told without colour.
std::string signed_fixed(double value, int decimals);
/// "0.031", "< 0.001"; a dash where there is none.
std::string p_text(const std::optional<double>& p);
/// "46.2 +- 0.8", "46.2" of a single run.
std::string mean_text(const Comparison& comparison, int decimals);

}  // namespace ibot::compare
