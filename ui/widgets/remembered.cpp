// SPDX-License-Identifier: GPL-3.0-or-later
#include "remembered.h"

#include <QSettings>
#include <QSplitter>

namespace ibot::ui {

void remember_sizes(QSplitter* splitter) {
  const QString key = QStringLiteral("splitters/") + splitter->objectName();
  const QByteArray state = QSettings().value(key).toByteArray();
  if (!state.isEmpty()) splitter->restoreState(state);
  QObject::connect(splitter, &QSplitter::splitterMoved, splitter,
                   [splitter, key] { QSettings().setValue(key, splitter->saveState()); });
}

}  // namespace ibot::ui
