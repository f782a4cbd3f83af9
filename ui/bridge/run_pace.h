// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "record_changes.h"

#include <cstdint>
#include <vector>

namespace ibot::ui {

/// When training rested, in microseconds: pauses that a trainer took, and rests that a resume ended. In no
/// order.
std::vector<std::int64_t> rests_of(const std::vector<record::Command>& commands,
                                   const std::vector<record::Event>& events);

/// Seconds a step over points of a curve, ascending by step, evaluations and saving included; stretches
/// between two points in which training rested are left out. 0: not known.
double seconds_per_step(const std::vector<record::CurvePoint>& points,
                        const std::vector<std::int64_t>& rests);

}  // namespace ibot::ui
