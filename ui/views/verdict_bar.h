// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace ibot::ui {

class ComparisonContext;

/// How runs are judged, above the verdicts: metric, direction, moment, and the shape of the table.
class VerdictBar final : public QWidget {
  Q_OBJECT

 public:
  explicit VerdictBar(ComparisonContext& context, QWidget* parent = nullptr);

  /// Shows what was chosen and what could be.
  void refresh();

 private:
  QComboBox* add_box(const char* name, const QString& title, const QString& tip);
  void fill_shapes();
  void choose_metric();
  void choose_moment();
  void choose_shape();
  void choose_factors();

  ComparisonContext& context_;
  QComboBox* metric_;
  QComboBox* better_;
  QComboBox* moment_;
  QSpinBox* step_;
  QComboBox* shape_;
  QComboBox* rows_;
  QComboBox* columns_;
};

}  // namespace ibot::ui
