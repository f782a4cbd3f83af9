// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_table.h"

#include <ui/style/tokens.h>

#include <QHeaderView>
#include <QTableView>

namespace ibot::ui {

void dress_plain_table(QTableView& table, const char* name, const QString& title) {
  table.setObjectName(QString::fromLatin1(name));
  table.setAccessibleName(title);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setShowGrid(false);
  table.setWordWrap(false);
  table.setTabKeyNavigation(false);
  QHeaderView* rows = table.verticalHeader();
  rows->hide();
  rows->setMinimumSectionSize(metrics::kRow);
  rows->setDefaultSectionSize(metrics::kRow);
  rows->setSectionResizeMode(QHeaderView::Fixed);
  table.horizontalHeader()->setHighlightSections(false);
}

}  // namespace ibot::ui
