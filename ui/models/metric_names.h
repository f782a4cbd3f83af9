// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace ibot::ui {

/// What a metric of the record is, for people, with its unit: "Entropy of the teacher's CLS targets, nats". A
/// metric that is not known keeps its name.
QString metric_title(const QString& metric);

/// Metrics that follow a schedule, in the order in which they are offered as overlays.
const QStringList& schedule_metrics();

/// Measured now and then on a rhythm of its own (evaluations, health): few points, each of which counts.
bool is_occasional(const QString& metric);

/// A value with digits that suit its size; "not finite" for NaN and infinities.
QString format_metric(double value);

}  // namespace ibot::ui
