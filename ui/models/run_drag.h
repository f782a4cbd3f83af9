// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1String>
#include <QStringList>

class QMimeData;

// Runs that are dragged from one place of the window to another.
namespace ibot::ui {

inline constexpr QLatin1String kDraggedRuns("application/x-ibot-runs+json");

/// Ids of runs of a workspace, to be dragged; the caller owns it. nullptr without any.
QMimeData* dragged_runs(const QString& workspace, const QStringList& runs);

/// The runs of this workspace that are dragged; of another one, and of anything else, none. Untrusted: other
/// programs may offer what they like.
QStringList runs_of_drag(const QMimeData& dragged, const QString& workspace);

}  // namespace ibot::ui
