// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rail.h"

#include <ui/bridge/inspector.h>
#include <ui/bridge/record.h>

#include <QMainWindow>
#include <functional>
#include <map>

class QAction;
class QLabel;
class QMenu;
class QStackedWidget;

namespace ibot::ui {

class CommandPalette;
class ConfigurePage;
class StatusLine;
class TrainPage;
class WelcomePage;

/// The window: rail, header, page, status line. Everything it knows of runs comes from the record.
class MainWindow final : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  void open_workspace(const QString& folder);
  void show_page(Page page);
  Page page() const { return page_; }
  Record& record() { return record_; }

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void make_menus();
  void make_run_menu();
  QAction* add_action(QMenu* menu, const char* name, const QString& text, const QKeySequence& shortcut,
                      const std::function<void()>& handler);
  /// Which actions make sense now; those that do not say why in their tooltip.
  void refresh_actions();
  QWidget* make_header();
  QWidget* make_banner();
  void ask_for_workspace();
  void show_problem(const RecordProblem& problem);
  void remember(const QString& folder);

  Record record_;
  Inspector inspection_;
  Page page_ = Page::Welcome;
  Rail* rail_;
  QStackedWidget* pages_;
  WelcomePage* welcome_;
  ConfigurePage* configure_;
  TrainPage* train_;
  StatusLine* status_;
  QLabel* place_;
  QWidget* banner_;
  QLabel* banner_text_;
  std::map<Page, QWidget*> widgets_;
  CommandPalette* palette_;
  QAction* pause_ = nullptr;
  QAction* stop_ = nullptr;
  QAction* stop_now_ = nullptr;
  QAction* save_ = nullptr;
};

}  // namespace ibot::ui
