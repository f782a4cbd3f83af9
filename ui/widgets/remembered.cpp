// SPDX-License-Identifier: GPL-3.0-or-later
#include "remembered.h"

#include "setting.h"

#include <QSplitter>

namespace ibot::ui {

void remember_sizes(QSplitter* splitter) {
  const QString key = QStringLiteral("splitters/") + splitter->objectName();
  const QByteArray state = read_setting(key).toByteArray();
  if (!state.isEmpty()) splitter->restoreState(state);
  QObject::connect(splitter, &QSplitter::splitterMoved, splitter,
                   [splitter, key] { write_setting(key, splitter->saveState()); });
}

}  // namespace ibot::ui
