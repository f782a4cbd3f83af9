// SPDX-License-Identifier: GPL-3.0-or-later
#include "clear_layout.h"

#include <QLayout>
#include <QWidget>

namespace ibot::ui {

void clear_layout(QLayout* layout) {
  while (QLayoutItem* item = layout->takeAt(0)) {
    if (QWidget* widget = item->widget()) {
      widget->hide();
      widget->setParent(nullptr);
      widget->deleteLater();
    }
    if (item->layout() != nullptr) clear_layout(item->layout());
    delete item;
  }
}

}  // namespace ibot::ui
