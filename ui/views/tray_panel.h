// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

class QAction;
class QLabel;
class QStandardItemModel;
class QTableView;

namespace ibot::ui {

class ComparisonContext;
struct RunView;

/// The runs that are compared, at the left of the Compare page: colour and name, seed, state; the baseline in
/// bold. Those of bundles stand below one's own: they can be the baseline, and leave with their bundle. Its
/// actions are also for a menu.
class TrayPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit TrayPanel(ComparisonContext& context, QWidget* parent = nullptr);

  QStringList selected() const;
  /// Set as baseline, remove, clear, with their shortcuts and reasons.
  const QList<QAction*>& tray_actions() const { return actions_; }

 Q_SIGNALS:
  /// More runs are to be chosen.
  void runs_wanted();
  /// A run was double clicked: all about it.
  void run_wanted(const QString& run);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* make_buttons();
  void make_table();
  QAction* add_tray_action(const char* name, const QString& text, void (TrayPanel::*handler)());
  void refresh();
  void refresh_row(int row, const QString& run, const QString& name, const RunView* view, const QString& seed,
                   const QString& source, int colour);
  void refresh_actions();
  void refresh_bundles();
  void set_baseline();
  void remove();
  void clear();

  ComparisonContext& context_;
  QLabel* count_;
  QTableView* table_;
  QStandardItemModel* model_;
  QWidget* bundles_;  ///< a line for each bundle that is compared
  QAction* baseline_;
  QAction* remove_;
  QAction* clear_;
  QList<QAction*> actions_;
};

}  // namespace ibot::ui
