// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/compare/mean_curve.h>
#include <ibot/record/reader.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// One metric of one run: every value, or where there are more than kWholeCurve the means of `points_of`
/// steps each, at their middle and about the time of it.
struct RunCurve {
  double images_per_step = 1;
  std::int64_t branch_step = 0;  ///< at which the run left its parent; 0: it has none
  std::int64_t points_of = 1;
  std::vector<record::CurvePoint> points;  ///< ascending by step
};
inline constexpr std::int64_t kWholeCurve = 20'000;

/// Errors: those of the reader. A plan that cannot be read counts one image a step.
IBOT_API base::Result<RunCurve> read_run_curve(record::Reader& reader, const record::Run& run,
                                               const std::string& metric);

/// What curves are laid side by side by.
enum class Alignment : std::uint8_t {
  Step = 1,
  Images,  ///< steps times the images of a step
  Time,    ///< seconds since the curve's first point, pauses included
  Branch,  ///< steps since the run left its parent; where it has none, since its first branch here left it
};
/// "step", "images", "time", "branch".
IBOT_API std::string_view to_string(Alignment alignment);

/// A curve along an axis. Points that do not lie behind the one before are left out, values that are not
/// finite are missing. Pure, any thread.
IBOT_API AlignedCurve align(const RunCurve& curve, Alignment alignment);

}  // namespace ibot::compare
