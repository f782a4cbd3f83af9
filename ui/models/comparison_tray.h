// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QUndoStack>

namespace ibot::ui {

/// Runs that are compared, in the order in which they came, and the one that the others are held against.
/// Each edit is a step of the undo stack. Remembered for each workspace; runs that are deleted for good leave
/// by themselves. Lives on the window's thread.
class ComparisonTray final : public QObject {
  Q_OBJECT

 public:
  struct Contents {
    QStringList runs;
    QString baseline;  ///< one of them, or of another record, that was chosen; empty: none was
    bool operator==(const Contents&) const = default;
  };

  explicit ComparisonTray(Record& record, QObject* parent = nullptr);
  ~ComparisonTray() override;

  const QStringList& runs() const { return contents_.runs; }
  bool contains(const QString& run) const { return contents_.runs.contains(run); }
  /// Where none was chosen that is compared the first run; empty while there is none.
  QString baseline() const;
  /// All runs, the baseline first if it is one of them.
  QStringList ordered() const;

  /// Runs of other records that are compared as well (those of bundles): any may be the baseline. One that
  /// was chosen is remembered while it is not compared.
  void set_others(const QStringList& runs);
  const QStringList& others() const { return others_; }
  bool can_be_baseline(const QString& run) const { return contains(run) || others_.contains(run); }

  /// Those that are not in it yet, at the end. Returns how many.
  int add(const QStringList& runs);
  void remove(const QStringList& runs);
  void clear();
  /// Nothing where it is none of the runs, nor of the others. `name`: of the run, for people.
  void set_baseline(const QString& run, const QString& name = {});

  QUndoStack& stack() { return stack_; }

 Q_SIGNALS:
  void changed();

 private:
  friend class TrayEdit;
  void edit(Contents wanted, const QString& done);
  void put(const Contents& contents);
  void load(const QString& folder);
  void forget(const QStringList& runs);
  void forget_unknown();
  /// What was put since it was last saved.
  void save();

  Record& record_;
  Contents contents_;
  QStringList others_;
  QUndoStack stack_;
  QString settings_group_;
  QTimer saving_;
  bool unsaved_ = false;
  bool checked_ = false;  ///< what was remembered against the runs that there are
};

}  // namespace ibot::ui
