// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qcustomplot.h"

namespace ibot::ui {

// Few ticks with round numbers, as many as there is room for: their numbers never run into each other,
// however low or narrow the plot is. The axis outlives its ticker.

/// Values.
QSharedPointer<QCPAxisTicker> make_value_ticker(const QCPAxis& axis, bool logarithmic);
/// Steps and images: whole numbers with thousands separators.
QSharedPointer<QCPAxisTicker> make_count_ticker(const QCPAxis& axis, bool logarithmic);
/// Seconds as hours, minutes and seconds.
QSharedPointer<QCPAxisTicker> make_time_ticker();

}  // namespace ibot::ui
