// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/diagnostic.h>

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace ibot::ui {

class Configuration;

/// What the plan's diagnostics say about a configuration: mistakes and warnings, why, where that is known
/// from, and buttons that write what is proposed (one step of undo each) or show the row in the form.
class AdviceList final : public QWidget {
  Q_OBJECT

 public:
  explicit AdviceList(Configuration& configuration, QWidget* parent = nullptr);

  /// Reads the diagnostics of the configuration anew.
  void refresh();

 Q_SIGNALS:
  /// The row of this key is to be shown in the form.
  void show_wanted(const QString& key);

 private:
  QWidget* make_row(const params::Diagnostic& advice);
  void change(const params::Diagnostic& advice);

  Configuration& configuration_;
  QLabel* title_;
  QVBoxLayout* rows_;
};

}  // namespace ibot::ui
