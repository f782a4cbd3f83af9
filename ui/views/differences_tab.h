// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QTableView;
class QToolButton;

namespace ibot::ui {

class ComparisonContext;
class DifferenceModel;

/// What the compared runs differ in. The keys and the baseline stay in sight while the other runs are
/// scrolled. Of two runs it says why they differ.
class DifferencesTab final : public QWidget {
  Q_OBJECT

 public:
  explicit DifferencesTab(ComparisonContext& context, QWidget* parent = nullptr);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_bar();
  QWidget* make_tables();
  QTableView* make_table(const char* name, const QString& title);
  void refresh();
  void arrange();

  ComparisonContext& context_;
  DifferenceModel* model_;
  QCheckBox* only_;
  QLabel* count_;
  QToolButton* copy_;
  QWidget* why_;
  QLabel* why_text_;
  QLabel* nothing_;
  QWidget* tables_;
  QTableView* fixed_;   ///< keys and the baseline
  QTableView* others_;  ///< the other runs
  QWidget* below_fixed_;
  bool stale_ = true;
};

}  // namespace ibot::ui
