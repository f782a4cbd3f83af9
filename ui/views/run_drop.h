// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

class QDropEvent;
class QWidget;

namespace ibot::ui {

class ComparisonTray;
class Record;

/// Lets runs be dropped on a widget, to be compared: while they are over it, it says what would happen.
class RunDrop final : public QObject {
  Q_OBJECT

 public:
  /// Belongs to `target`; the others outlive it.
  RunDrop(QWidget& target, const Record& record, const ComparisonTray& tray);

 Q_SIGNALS:
  /// Runs of the record, at least one; some may be compared already.
  void dropped(const QStringList& runs);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QStringList runs_of(const QDropEvent& event) const;
  QString sentence(const QStringList& runs) const;

  QWidget& target_;
  const Record& record_;
  const ComparisonTray& tray_;
};

}  // namespace ibot::ui
