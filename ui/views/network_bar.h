// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QTimer;
class QToolButton;

namespace ibot::ui {

class LookContext;

/// Which network is looked at: a run or a file of weights, one of its moments, teacher or student.
class NetworkBar final : public QWidget {
  Q_OBJECT

 public:
  explicit NetworkBar(LookContext& context, QWidget* parent = nullptr);

  /// Asks for a safetensors file.
  void open_weights();

 private:
  void refresh_runs();
  void refresh_moments();
  void refresh_newest();
  void choose_run(int index);
  void refresh_publish();
  /// Asks the trainer for a snapshot; it is shown as soon as it is there.
  void publish();

  LookContext& context_;
  QComboBox* run_;
  QComboBox* moment_;
  QComboBox* network_;
  QToolButton* publish_;
  QTimer* clock_;
};

}  // namespace ibot::ui
