// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record_changes.h>

#include <QWidget>

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace ibot::ui {

/// What a run said: its events and the last lines of its log, folded away at the foot of the page under the
/// newest event. Both can be searched and copied.
class EventPanel final : public QWidget {
  Q_OBJECT

 public:
  explicit EventPanel(QWidget* parent = nullptr);

  /// Null: no run.
  void show_details(const RunDetailsPtr& details);
  void set_open(bool open);
  bool is_open() const;

 private:
  void fill_events();
  void fill_log();
  /// From behind what is found now, or, while words are typed, from where it begins.
  void find_words(bool next);
  void copy();

  RunDetailsPtr details_;
  QToolButton* toggle_;
  QLabel* newest_;
  QWidget* body_;
  QListWidget* events_;
  QPlainTextEdit* log_;
  QLineEdit* search_;
  QLabel* found_;
};

}  // namespace ibot::ui
