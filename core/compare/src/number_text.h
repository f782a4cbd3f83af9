// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/result.h>

#include <optional>
#include <string>

namespace ibot::compare {

/// Decimals that all values of a result are shown with: two significant digits of the smallest spread.
int decimals_of(const ComparisonResult& result);
/// Decimals of a variant's difference and its interval: `decimals`, those of the values; where these show no
/// digit of the difference's own spread, two digits of that, or of the difference if it has none.
int decimals_of_difference(const Comparison& comparison, int decimals);
std::string fixed(double value, int decimals);
/// With up to 15 digits: what the last bit of a double adds to a decimal is not shown. "nan", "inf", "-inf".
std::string plain_number(double value);
/// With its sign, so that better and worse are told without colour.
std::string signed_fixed(double value, int decimals);
/// "0.031", "< 0.001"; a dash where there is none.
std::string p_text(const std::optional<double>& p);
/// "46.2 +- 0.8", "46.2" of a single run.
std::string mean_text(const Comparison& comparison, int decimals);

}  // namespace ibot::compare
