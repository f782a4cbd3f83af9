// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/plugin_list.h>

#include <QDialog>
#include <functional>

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace ibot::ui {

class Banner;

/// Every plugin that was found, in what state it is, how long it took to load, and why it is off; switches
/// them on and off. Tried out in a child process whenever it is opened.
class PluginManager final : public QDialog {
  Q_OBJECT

 public:
  explicit PluginManager(QWidget* parent = nullptr);
  /// Shows it and asks anew.
  void open_and_refresh();
  PluginList& plugins() { return plugins_; }
  /// The name of the selected plugin; empty: none.
  QString current() const;

 Q_SIGNALS:
  /// A plugin was switched on or off, or the safe mode was.
  void changed();

 private:
  QWidget* make_header();
  QWidget* make_foot();
  void ask(const std::function<void()>& question);
  void take_list();
  void take_failure(const QString& why);
  void refresh_current();
  void say_suspects();
  const PluginRow* current_row() const;

  PluginList plugins_;
  QLabel* sentence_;
  QProgressBar* progress_;
  QPushButton* again_;
  QCheckBox* safe_mode_;
  Banner* banner_;
  QTableWidget* table_;
  QLabel* name_;
  QLabel* about_;
  QLabel* reason_;
  QPushButton* enable_;
  QPushButton* disable_;
};

/// What a state means for a person: "ready", "off", "failed".
QString plugin_state_word(const PluginRow& row);

}  // namespace ibot::ui
