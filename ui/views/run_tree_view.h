// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QSet>
#include <QWidget>

namespace ibot::ui {

class RunTreeModel;

/// The lines of the tree of runs: one row a run, from the step at which it left another one, with its name at
/// the end. Only the rows that are seen are painted. Keys: up and down a row, left to the run that was left,
/// right to the first branch, Return shows a run on the Train page, Insert adds to the comparison.
class RunTreeView final : public QListView {
  Q_OBJECT

 public:
  explicit RunTreeView(RunTreeModel& model, QWidget* parent = nullptr);

  RunTreeModel& tree() const { return tree_; }
  /// Which names are marked as compared already.
  void set_compared(const QSet<QString>& runs);
  const QSet<QString>& compared() const { return compared_; }
  /// Horizontal pixel of a place on the axis.
  double x_of(double place) const;
  /// How often a row was painted, for tests.
  int painted_rows() const { return painted_; }

 Q_SIGNALS:
  void show_wanted(const QString& run);
  void add_wanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  friend class RunTreeDelegate;
  void paint_branches(QPainter& painter) const;

  RunTreeModel& tree_;
  QSet<QString> compared_;
  mutable int painted_ = 0;
};

/// The steps or epochs above the lines.
class RunTreeAxis final : public QWidget {
  Q_OBJECT

 public:
  explicit RunTreeAxis(const RunTreeView& view, QWidget* parent = nullptr);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const RunTreeView& view_;
};

}  // namespace ibot::ui
