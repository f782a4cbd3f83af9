// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record_changes.h>

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ibot::ui {

/// How much longer a run should train, in epochs or steps; says the new end and what it costs. Pure: who
/// opens it starts the program.
class ExtendDialog final : public QDialog {
  Q_OBJECT

 public:
  ExtendDialog(const RunView& run, const RunDetails& details, QWidget* parent = nullptr);

  /// "--epochs", "5" or "--steps", "800".
  QStringList arguments() const;

 private:
  void refresh();
  /// 0: nothing that makes sense is written.
  double steps() const;

  double steps_per_epoch_ = 0;
  double seconds_per_step_ = 0;
  std::int64_t end_ = 0;
  QLineEdit* amount_;
  QComboBox* unit_;
  QLabel* words_;
  QPushButton* go_;
};

}  // namespace ibot::ui
