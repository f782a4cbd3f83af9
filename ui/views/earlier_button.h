// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/earlier_curves.h>

#include <QToolButton>

class QAction;
class QMenu;

namespace ibot::ui {

class Record;

/// Chooses the earlier runs that curves are held against: those of a study, a folder or a tag, or those that
/// are selected elsewhere. What is offered is looked up when the menu opens.
class EarlierButton final : public QToolButton {
  Q_OBJECT

 public:
  /// The record outlives it.
  explicit EarlierButton(const Record& record, QWidget* parent = nullptr);

  const EarlierRuns& earlier() const { return earlier_; }
  /// Where there is little room: the name of what was chosen is in the tooltip alone.
  void set_compact();
  /// Says nothing.
  void set_earlier(const EarlierRuns& earlier);
  /// Names of the record's studies, as far as they were read.
  void set_studies(const QStringList& names) { studies_ = names; }
  void set_selected_runs(const QStringList& runs) { selected_ = runs; }

 Q_SIGNALS:
  /// By a hand.
  void chosen(const ibot::ui::EarlierRuns& earlier);

 private:
  void fill();
  QAction* add(QMenu* menu, const QString& title, const EarlierRuns& earlier);

  const Record& record_;
  EarlierRuns earlier_;
  QStringList studies_, selected_;
  bool compact_ = false;
};

}  // namespace ibot::ui
