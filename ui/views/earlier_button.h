// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/earlier_curves.h>

#include <QToolButton>

class QAction;
class QMenu;

namespace ibot::ui {

class Record;

/// Chooses the earlier runs that curves are held against: those of a study, a folder or a tag, or those that
/// are selected elsewhere. What is offered is looked up when the menu opens. What was chosen comes back with
/// the workspace, by the button's object name, which must be set before one is opened.
class EarlierButton final : public QToolButton {
  Q_OBJECT

 public:
  /// The record outlives it.
  explicit EarlierButton(const Record& record, QWidget* parent = nullptr);

  const EarlierRuns& earlier() const { return earlier_; }
  /// Where there is little room: the name of what was chosen is in the tooltip alone.
  void set_compact();
  /// Says nothing, and is not remembered.
  void set_earlier(const EarlierRuns& earlier);
  /// Names of the record's studies.
  void set_studies(const QStringList& names);
  void set_selected_runs(const QStringList& runs) { selected_ = runs; }

 Q_SIGNALS:
  /// By a hand, now or when this workspace was open last.
  void chosen(const ibot::ui::EarlierRuns& earlier);
  /// What was chosen then and is not there any more, in words.
  void missed(const QString& words);

 private:
  void choose(const EarlierRuns& earlier);
  void restore_runs();
  void fill();
  QAction* add(QMenu* menu, const QString& title, const EarlierRuns& earlier);

  const Record& record_;
  EarlierRuns earlier_;
  QStringList studies_, selected_;
  EarlierRuns remembered_;  ///< not looked up yet; without a name: nothing
  bool compact_ = false;
};

}  // namespace ibot::ui
