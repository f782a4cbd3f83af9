// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QStringList>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QTimer;

namespace ibot::ui {

class EventPanel;
class FailureCard;
class LiveProbes;
class PlotGrid;

/// What the Train page shows of the runs that are chosen: how the first of them is, in a sentence; curves of
/// all; what the network of the first sees; its log and events. Finished, live and failed runs are shown
/// alike, from the record alone.
class RunDetail final : public QWidget {
  Q_OBJECT

 public:
  explicit RunDetail(Record& record, QWidget* parent = nullptr);

  /// The first is the current one.
  void set_runs(const QStringList& runs);
  /// Empty: none.
  const QString& current() const { return current_; }
  void pause_or_go_on();
  /// Where further actions on the current run go, from left to right.
  QHBoxLayout* actions() { return actions_; }
  FailureCard& failure_card() { return *failure_; }

 private:
  void make_header();
  void refresh();
  void refresh_facts();
  void take_details(const RunDetailsPtr& details);
  void tell_export(const QString& file, const QString& problem);

  Record& record_;
  QString current_;
  RunDetailsPtr details_;
  QHBoxLayout* actions_;
  QLabel* name_;
  QLabel* state_;
  QLabel* health_;
  QLabel* step_;
  QLabel* rate_;
  QLabel* wait_;
  QLabel* left_;
  QLabel* saved_;
  QLabel* told_;
  QPushButton* pause_;
  QPushButton* stop_;
  FailureCard* failure_;
  PlotGrid* plots_;
  LiveProbes* probes_;
  EventPanel* events_;
  QTimer* clock_;
};

}  // namespace ibot::ui
