// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QStringList>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QSplitter;
class QTimer;

namespace ibot::ui {

class EventPanel;
class FailureCard;
class LiveProbes;
class PlotGrid;

/// What the Train page shows of the runs that are chosen: how the first of them is, in a sentence; curves of
/// all; what the network of the first sees; its log and events. Finished, live and failed runs are shown
/// alike, from the record alone. Where there is no room beside the curves, what the network sees stands
/// below.
class RunDetail final : public QWidget {
  Q_OBJECT

 public:
  explicit RunDetail(Record& record, QWidget* parent = nullptr);

  /// The first is the current one.
  void set_runs(const QStringList& runs);
  /// Empty: none.
  const QString& current() const { return current_; }
  void pause_or_go_on();
  /// Offers this action for a run that stopped, failed or died. It is about the current run, and outlives
  /// this.
  void offer_resume(QAction* resume);

 Q_SIGNALS:
  /// The button was pressed; whoever stops runs may ask first.
  void stop_wanted(const QString& run);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void make_header();
  void refresh();
  void refresh_facts();
  void refresh_resume(const RunView* view);
  void take_details(const RunDetailsPtr& details);
  void tell_export(const QString& file, const QString& problem);

  Record& record_;
  QString current_;
  RunDetailsPtr details_;
  QHBoxLayout* header_;
  QHBoxLayout* actions_;
  QWidget* facts_;
  QSplitter* halves_;
  QLabel* name_;
  QLabel* state_;
  QLabel* health_;
  QLabel* step_;
  QLabel* rate_;
  QLabel* wait_;
  QLabel* left_;
  QLabel* saved_;
  QLabel* told_;
  QAction* resume_action_ = nullptr;
  QPushButton* resume_;
  QPushButton* pause_;
  QPushButton* stop_;
  FailureCard* failure_;
  PlotGrid* plots_;
  LiveProbes* probes_;
  EventPanel* events_;
  QTimer* clock_;
};

}  // namespace ibot::ui
