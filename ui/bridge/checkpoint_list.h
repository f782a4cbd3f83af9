// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/rows.h>

#include <QMetaType>
#include <QObject>
#include <QString>
#include <vector>

namespace ibot::ui {

/// The weights that a run keeps.
struct KeptWeights {
  QString run;
  std::vector<record::Checkpoint> weights;  ///< those that are there, in no order
  QString problem;                          ///< why they cannot be read, in words
};

/// Reads which weights a run keeps, on a thread of the pool. A question that comes while another is answered
/// replaces it: only the newest is answered. Thread: the window's.
class CheckpointList final : public QObject {
  Q_OBJECT

 public:
  explicit CheckpointList(QObject* parent = nullptr);

  /// Asks anew, also after the same question: a run that trains keeps more and more.
  void look(const QString& workspace, const QString& run);
  /// Leaves the question open: nobody wants its answer any more.
  void forget() { ++question_; }

 Q_SIGNALS:
  void found(const ibot::ui::KeptWeights& kept);

 private:
  void answer(int question, const KeptWeights& kept);

  int question_ = 0;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::KeptWeights)
