// SPDX-License-Identifier: GPL-3.0-or-later
#include "cell_outcome.h"

#include "run_column.h"

#include <ui/bridge/record.h>

#include <QJsonObject>
#include <QObject>

namespace ibot::ui {
namespace {

QString standing_of(const RunView* view) {
  if (view != nullptr && view->queued) return QObject::tr("is in the queue");
  if (view != nullptr && record::is_active(view->status.state) && !view->status.died)
    return QObject::tr("is being trained");
  return QObject::tr("was made");
}

}  // namespace

CellOutcome outcome_of(const QJsonObject& cell, const Record& record) {
  const QString name = cell.value(QStringLiteral("name")).toString();
  const QString same_cell = cell.value(QStringLiteral("same_cell")).toString();
  if (!same_cell.isEmpty()) {
    const QString words = QObject::tr("left out: same as %1").arg(same_cell);
    return {words, words};
  }
  const QString same_run = cell.value(QStringLiteral("same_run")).toString();
  const QString other_build = cell.value(QStringLiteral("other_build")).toString();
  const QString run = same_run.isEmpty() ? other_build : same_run;
  const RunView* view = record.run(run);
  const QString known = view == nullptr ? run : run_name(view->run);
  if (!same_run.isEmpty()) {
    const QString why = QObject::tr("left out: %1").arg(standing_of(view));
    return {known == name ? why : QObject::tr("%1, as %2").arg(why, known),
            QObject::tr("%1, as %2 (%3)").arg(why, known, run)};
  }
  if (other_build.isEmpty()) return {QObject::tr("will be queued"), QObject::tr("will be queued")};
  return {QObject::tr("will be queued; %1 had another build of a plugin").arg(known),
          QObject::tr("will be queued; %1 (%2) had another build of a plugin").arg(known, run)};
}

}  // namespace ibot::ui
