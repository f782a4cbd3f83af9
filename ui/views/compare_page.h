// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "comparison_context.h"
#include "window_page.h"

#include <QWidget>
#include <vector>

class QButtonGroup;
class QHBoxLayout;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace ibot::ui {

class Banner;
class ComparisonCurves;
class RunTree;
class TrayPanel;

/// Runs side by side: the tray at the left, and tabs that each show one side of the comparison. A tab is a
/// widget that follows the context; add_tab() is all that the page knows of it.
class ComparePage final : public QWidget, public WindowPage {
  Q_OBJECT

 public:
  /// The record outlives it.
  explicit ComparePage(Record& record, QWidget* parent = nullptr);

  ComparisonContext& context() { return context_; }
  TrayPanel& tray_panel() { return *panel_; }
  /// The tabs, in the order of the switch.
  struct TabInfo {
    const char* name;
    QString title;
  };
  const std::vector<TabInfo>& tabs() const { return tabs_; }
  void show_tab(int index);
  /// Runs that are selected on another page: what curves may be held against.
  void set_selected_runs(const QStringList& runs);

  QUndoStack* undo_stack() override;

 Q_SIGNALS:
  /// Runs are to be chosen.
  void runs_wanted();
  /// A run of the tray is to be looked at.
  void run_wanted(const QString& run);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  /// `name` is the object name of its button and what settings keep.
  void add_tab(QWidget* tab, const char* name, const QString& title, const QString& help);
  QWidget* make_contents();
  QWidget* make_empty();
  void add_curves_tab();
  void add_tree_tab();
  void refresh();

  ComparisonContext context_;
  Banner* missed_;
  QStackedWidget* stack_;  ///< nothing to compare, or the rest
  QSplitter* splitter_;
  TrayPanel* panel_;
  ComparisonCurves* curves_;
  Banner* banner_;
  QButtonGroup* switch_;
  QHBoxLayout* switch_layout_;
  QStackedWidget* pages_;
  QLabel* state_;
  std::vector<TabInfo> tabs_;
  int tree_tab_ = -1;  ///< shows runs also where none is compared
};

}  // namespace ibot::ui
