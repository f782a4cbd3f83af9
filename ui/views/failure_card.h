// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/models/run_facts.h>

#include <QFrame>

class QLabel;
class QPushButton;

namespace ibot::ui {

/// Why a run failed or died, its last words beside that, and what can be done: buttons where an action
/// exists. Low, so that the run's values stay in sight.
class FailureCard final : public QFrame {
  Q_OBJECT

 public:
  explicit FailureCard(QWidget* parent = nullptr);

  /// `log`: the run's last lines. Hides itself without a failure.
  void show_failure(const std::optional<Failure>& failure, const std::vector<std::string>& log);
  /// Offers to resume from here; without this call somebody else does. `obstacle`: why that cannot be now, as
  /// a sentence; taken up by the next show_failure().
  void offer_resume(const QString& obstacle = {});

 Q_SIGNALS:
  void resume_wanted();
  void log_wanted();

 private:
  QLabel* title_;
  QLabel* advice_;
  QLabel* log_;
  QPushButton* resume_;
  bool offers_resume_ = false;
  QString obstacle_;
};

}  // namespace ibot::ui
