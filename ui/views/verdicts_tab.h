// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/table.h>

#include <QWidget>
#include <optional>

class QLabel;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace ibot::ui {

class ComparisonContext;
enum class CopyFormat : std::uint8_t;
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
  void refresh();
  void fit();
  std::optional<compare::Table> copied(CopyFormat format) const;

  ComparisonContext& context_;
  WrittenTable* model_;
  QToolButton* copy_;
  QLabel* summary_;
  QLabel* problem_;
  QTableView* table_;
  QLabel* notes_;
  bool stale_ = true;
};

}  // namespace ibot::ui
