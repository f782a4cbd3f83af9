// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>

#include <QString>
#include <QWidget>

class QJsonObject;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace ibot::ui {

class ComparisonContext;

/// Whether a run is what its record says: its first steps are made again (`ibot verify`, a child) and
/// compared with those that were recorded. A run of a GPU that is not here can be compared roughly, on the
/// processor. One at a time; Cancel answers at once.
class VerifyPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit VerifyPanel(ComparisonContext& context, QWidget* parent = nullptr);

  /// `device` empty: on the run's own; nothing but that can be equal to the bit.
  void verify(const QString& run, const QString& device = {});
  bool is_busy() const { return program_.is_running(); }

 private:
  void fill_menu();
  void take_progress(const QString& line);
  void take_result(const ProgramResult& result);
  void refresh();
  bool is_of_gpu(const QString& run) const;

  ComparisonContext& context_;
  Program program_;
  QToolButton* button_;
  QProgressBar* progress_;
  QPushButton* cancel_;
  QPushButton* rough_;  ///< the same on the processor
  QLabel* words_;
  QString run_, name_;  ///< of the run that is verified, or was
  bool offers_rough_ = false;
};

/// What `ibot verify --json` found, in words; empty: it is no such answer.
QString verification_in_words(const QString& run, const QJsonObject& found);

}  // namespace ibot::ui
