// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "copy_menu.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace ibot::ui {

class ComparisonContext;
class WrittenTable;

/// Whether one group of runs is better than the baseline's, with its evidence: a sentence a variant, the
/// table of `ibot compare`, and what a reader must know of both.
class VerdictsTab final : public QWidget {
  Q_OBJECT

 public:
  explicit VerdictsTab(ComparisonContext& context, QWidget* parent = nullptr);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_head();
  void make_table();
  void make_sheet(QVBoxLayout* layout);
  void refresh();
  /// Also how many of them.
  void show_notes();
  void fit();
  TableMaker copied(CopyFormat format) const;

  ComparisonContext& context_;
  WrittenTable* model_;
  QToolButton* copy_;
  QLabel* summary_;
  QLabel* problem_;
  QTableView* table_;
  QLabel* notes_;
  QPushButton* more_;
  QPlainTextEdit* all_notes_;
  bool stale_ = true;
};

}  // namespace ibot::ui
