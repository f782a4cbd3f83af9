// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace ibot::ui {

/// The few things that people choose for the whole program. Every choice takes effect at once.
class Preferences final : public QDialog {
  Q_OBJECT

 public:
  explicit Preferences(QWidget* parent = nullptr);

 Q_SIGNALS:
  void changed();
  /// The list of shortcuts, where they are changed.
  void shortcuts_wanted();
};

}  // namespace ibot::ui
