// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_drop.h"

#include <ui/bridge/record.h>
#include <ui/models/comparison_tray.h>
#include <ui/models/run_drag.h>

#include <QDropEvent>
#include <QMimeData>
#include <QToolTip>
#include <QWidget>
#include <algorithm>

namespace ibot::ui {

RunDrop::RunDrop(QWidget& target, const Record& record, const ComparisonTray& tray)
    : QObject(&target), target_(target), record_(record), tray_(tray) {
  target.setAcceptDrops(true);
  target.installEventFilter(this);
}

QStringList RunDrop::runs_of(const QDropEvent& event) const {
  QStringList runs = runs_of_drag(*event.mimeData(), record_.folder());
  runs.removeIf([this](const QString& run) { return record_.run(run) == nullptr; });
  return runs;
}

QString RunDrop::sentence(const QStringList& runs) const {
  const auto fresh =
      std::count_if(runs.begin(), runs.end(), [this](const QString& run) { return !tray_.contains(run); });
  return fresh == 0   ? tr("In the comparison already")
         : fresh == 1 ? tr("Adds one run to the comparison")
                      : tr("Adds %1 runs to the comparison").arg(fresh);
}

bool RunDrop::eventFilter(QObject* watched, QEvent* event) {
  if (watched != &target_) return false;
  switch (event->type()) {
    case QEvent::DragEnter:
    case QEvent::DragMove: {
      auto& drag = static_cast<QDropEvent&>(*event);
      const QStringList runs = runs_of(drag);
      if (runs.isEmpty()) return false;
      drag.setDropAction(Qt::CopyAction);
      drag.accept();
      QToolTip::showText(target_.mapToGlobal(drag.position().toPoint()), sentence(runs), &target_);
      return true;
    }
    case QEvent::DragLeave:
      QToolTip::hideText();
      return false;
    case QEvent::Drop: {
      auto& drop = static_cast<QDropEvent&>(*event);
      const QStringList runs = runs_of(drop);
      QToolTip::hideText();
      if (runs.isEmpty()) return false;
      drop.setDropAction(Qt::CopyAction);
      drop.accept();
      Q_EMIT dropped(runs);
      return true;
    }
    default:
      return false;
  }
}

}  // namespace ibot::ui
