// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/comparison_follower.h>

#include <QAbstractTableModel>
#include <QStringList>
#include <QStyledItemDelegate>
#include <vector>

namespace ibot::ui {

/// What runs have, a row a key, under a heading for each subject; what came out stands last. The first column
/// is the key, the second the run that the others are held against.
class DifferenceModel final : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role {
    kSectionRole = Qt::UserRole,  ///< bool: a heading
    kDiffersRole,                 ///< bool: not what the baseline has
    kMissingRole,                 ///< bool: the run has no such key
    kColourRole,                  ///< of a run, in the header
  };
  static constexpr int kFirstRun = 1;  ///< column of the baseline

  explicit DifferenceModel(QObject* parent = nullptr);

  /// `only`: rows in which runs differ.
  void show(const ComparisonViewPtr& view, bool only);
  /// Rows without headings: those that differ, and all.
  int differing() const { return differing_; }
  int total() const { return total_; }
  bool is_section(int row) const;
  /// Those that show() shows, as the program `ibot compare` takes them; for any thread.
  static std::vector<compare::DifferenceRow> shown_rows(const ComparisonView& view, bool only);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    compare::Subject subject;
    int place = -1;  ///< among the view's rows; -1: the heading of the subject
    int count = 0;   ///< rows below a heading
  };

  const compare::DifferenceRow& difference(const Row& row) const;
  bool differs(const compare::DifferenceRow& row, int column) const;
  QVariant run_header(int column, int role) const;

  ComparisonViewPtr view_ = std::make_shared<const ComparisonView>();
  QStringList names_;  ///< of the view's runs, as they are called beside each other
  std::vector<Row> rows_;
  int differing_ = 0;
  int total_ = 0;
};

/// Paints the cells of a DifferenceModel: what the baseline has too is quiet, anything else has a bar at its
/// left and full contrast.
class DifferenceDelegate final : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace ibot::ui
