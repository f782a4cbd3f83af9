// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the window: every action, and when it makes sense.
#include "command_palette.h"
#include "inspector_dock.h"
#include "main_window.h"
#include "preferences.h"
#include "queue_actions.h"
#include "settings.h"
#include "shortcut_list.h"
#include "shortcuts.h"

#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/views/compare_page.h>
#include <ui/views/configure_page.h>
#include <ui/views/data_page.h>
#include <ui/views/look_page.h>
#include <ui/views/plugin_manager.h>
#include <ui/views/run_actions.h>
#include <ui/views/stop_banner.h>
#include <ui/views/train_page.h>
#include <ui/views/tray_panel.h>
#include <ui/views/window_page.h>
#include <ui/widgets/setting.h>

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QUndoGroup>
#include <QUndoStack>

namespace ibot::ui {
namespace {

// Actions of a menu and of the menus in it.
void collect(const QMenu* menu, QList<QAction*>& actions) {
  for (QAction* action : menu->actions()) {
    if (action->menu() != nullptr) {
      collect(action->menu(), actions);
    } else {
      actions << action;
    }
  }
}

}  // namespace

QAction* MainWindow::add_action(QMenu* menu, const char* name, const QString& text,
                                const QKeySequence& shortcut, const std::function<void()>& handler) {
  QAction* action = menu->addAction(text);
  action->setObjectName(QString::fromLatin1(name));
  action->setShortcut(shortcut);
  connect(action, &QAction::triggered, this, [handler] { handler(); });
  return action;
}

void MainWindow::make_menus() {
  make_file_menu();
  make_edit_menu();
  make_run_menu();
  make_view_menu();
  make_compare_menu();
  QMenu* plugins = menuBar()->addMenu(tr("&Plugins"));
  add_action(plugins, "plugin_manager_action", tr("Manager…"), {}, [this] { plugins_->open_and_refresh(); });
  make_help_menu();
  for (const QAction* menu : menuBar()->actions()) menu->menu()->setToolTipsVisible(true);
}

void MainWindow::make_file_menu() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  add_action(file, "open_workspace", tr("Open Workspace…"), QKeySequence::Open,
             [this] { ask_for_workspace(); });
  recent_ = file->addMenu(tr("Open Recent"));
  connect(recent_, &QMenu::aboutToShow, this, &MainWindow::refresh_recent_menu);
  add_action(file, "open_pictures", tr("Open Pictures…"), {}, [this] {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a folder of pictures"));
    if (!folder.isEmpty()) open_pictures(folder);
  });
  add_action(file, "open_recipe", tr("Open Recipe…"), {}, [this] {
    const QString recipe =
        QFileDialog::getOpenFileName(this, tr("Open a recipe"), {}, tr("YAML (*.yaml *.yml)"));
    if (!recipe.isEmpty()) open_recipe(recipe);
  });
  make_bundle_actions(file);
  add_action(file, "save_recipe", tr("Save Recipe"), QKeySequence::Save, [this] { configure_->save(); });
  file->addSeparator();
  QAction* shut = add_action(file, "close_workspace", tr("Close Workspace"), {}, [this] {
    record_.close();
    show_page(Page::Welcome);
  });
  const auto refresh = [this, shut] {
    const bool open = !record_.folder().isEmpty();
    shut->setEnabled(open);
    shut->setToolTip(open ? QString() : tr("No workspace is open."));
  };
  connect(&record_, &Record::opened, this, refresh);
  connect(&record_, &Record::closed, this, refresh);
  connect(&record_, &Record::problem, this, refresh);
  refresh();
  add_action(file, "quit", tr("Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::refresh_recent_menu() {
  recent_->clear();
  for (const QString& folder : read_setting(kRecentSetting).toStringList())
    recent_->addAction(folder, this, [this, folder] { open_workspace(folder); });
  if (recent_->isEmpty()) recent_->addAction(tr("No workspace was open before."))->setEnabled(false);
}

void MainWindow::make_edit_menu() {
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  edit->setToolTipsVisible(true);
  QAction* undo = undo_->createUndoAction(edit, tr("Undo"));
  undo->setObjectName(QStringLiteral("undo"));
  undo->setShortcut(QKeySequence::Undo);
  QAction* redo = undo_->createRedoAction(edit, tr("Redo"));
  redo->setObjectName(QStringLiteral("redo"));
  redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
  edit->addActions({undo, redo});
  const auto explain = [this, undo, redo] {
    const bool any = undo_->activeStack() != nullptr;
    undo->setToolTip(undo->isEnabled() ? undo->text()
                     : any             ? tr("Nothing was changed on this page.")
                                       : tr("This page changes nothing that could be undone."));
    redo->setToolTip(redo->isEnabled() ? redo->text() : tr("Nothing was undone."));
  };
  connect(undo_, &QUndoGroup::canUndoChanged, this, explain);
  connect(undo_, &QUndoGroup::canRedoChanged, this, explain);
  connect(undo_, &QUndoGroup::activeStackChanged, this, explain);
  explain();
  edit->addSeparator();
  find_ = add_action(edit, "find", tr("Find"), QKeySequence::Find, [this] {
    auto* lends = dynamic_cast<WindowPage*>(widgets_.at(page_));
    if (lends == nullptr || lends->search_field() == nullptr) return;
    lends->search_field()->setFocus(Qt::ShortcutFocusReason);
    lends->search_field()->selectAll();
  });
  edit->addSeparator();
  add_action(edit, "preferences", tr("Preferences…"), QKeySequence(tr("Ctrl+,")),
             [this] { show_preferences(); });
}

void MainWindow::make_inspector_action(QMenu* view) {
  fold_ = view->addAction(tr("Inspector"));
  fold_->setObjectName(QStringLiteral("show_inspector"));
  fold_->setCheckable(true);
  fold_->setChecked(dock_->is_wanted());
  fold_->setShortcut(QKeySequence(tr("Ctrl+.")));
  connect(fold_, &QAction::toggled, dock_, &InspectorDock::set_wanted);
  connect(dock_, &InspectorDock::wanted_changed, fold_, &QAction::setChecked);
}

void MainWindow::make_view_menu() {
  QMenu* view = menuBar()->addMenu(tr("&View"));
  int number = 0;
  for (const PageInfo& page : rail_pages()) {
    add_action(view, page.icon, QCoreApplication::translate("Page", page.title),
               QKeySequence(QStringLiteral("Alt+%1").arg(++number)),
               [this, page = page.page] { show_page(page); });
  }
  QMenu* inside = view->addMenu(tr("Look At"));
  for (std::size_t i = 0; i < look_->views().size(); ++i) {
    const LookPage::ViewInfo& info = look_->views()[i];
    add_action(inside, info.name, info.title, {}, [this, i] {
      show_page(Page::Look);
      look_->show_view(static_cast<int>(i));
    });
  }
  view->addSeparator();
  make_inspector_action(view);
  light_ = view->addAction(tr("Light Theme"));
  light_->setObjectName(QStringLiteral("light_theme"));
  light_->setCheckable(true);
  light_->setChecked(Theme::instance().kind() == ThemeKind::Light);
  connect(light_, &QAction::toggled, this, [](bool light) {
    set_theme_choice(light ? ThemeChoice::Light : ThemeChoice::Dark);
    apply_settings();
  });
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    const QSignalBlocker quiet(light_);
    light_->setChecked(Theme::instance().kind() == ThemeKind::Light);
  });
  QAction* full = view->addAction(tr("Full Screen"));
  full->setObjectName(QStringLiteral("full_screen"));
  full->setCheckable(true);
  full->setShortcut(QKeySequence::FullScreen);
  connect(full, &QAction::toggled, this,
          [this](bool on) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, on)); });
}

void MainWindow::make_compare_menu() {
  QMenu* compare = menuBar()->addMenu(tr("&Compare"));
  compare->addActions(compare_->tray_panel().tray_actions());
  QAction* only = compare->addAction(tr("Only Differences"));
  only->setObjectName(QStringLiteral("compare_only_differences"));
  only->setCheckable(true);
  only->setShortcut(QKeySequence(tr("Ctrl+D")));
  ComparisonContext& context = compare_->context();
  only->setChecked(context.only_differences());
  connect(only, &QAction::toggled, &context, &ComparisonContext::set_only_differences);
  connect(&context, &ComparisonContext::only_differences_changed, only, &QAction::setChecked);
  compare->addSeparator();
  for (std::size_t i = 0; i < compare_->tabs().size(); ++i) {
    const ComparePage::TabInfo& tab = compare_->tabs()[i];
    add_action(compare, tab.name, tab.title, {}, [this, i] {
      show_page(Page::Compare);
      compare_->show_tab(static_cast<int>(i));
    });
  }
  compare->addSeparator();
  make_study_actions(compare);
}

void MainWindow::make_help_menu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  add_action(help, "welcome", tr("Welcome"), {}, [this] { show_page(Page::Welcome); });
  QAction* keys =
      add_action(help, "shortcuts", tr("Shortcuts…"), {}, [this] { shortcut_list_->open_with(*shortcuts_); });
  keys->setShortcuts({QKeySequence(QKeySequence::HelpContents), QKeySequence(tr("?"))});
  add_action(help, "commands", tr("All Commands…"), QKeySequence(tr("Ctrl+K")), [this] {
    QList<QAction*> actions;
    for (const QAction* menu : menuBar()->actions()) collect(menu->menu(), actions);
    palette_->open_with(actions);
  });
  help->addSeparator();
  add_action(help, "about", tr("About"), {}, [this] { show_about(); });
}

void MainWindow::make_run_menu() {
  QMenu* run = menuBar()->addMenu(tr("&Run"));
  run->setToolTipsVisible(true);
  const auto send = [this](record::CommandKind kind, const QString& doing) {
    return [this, kind, doing] { record_.command(train_->current(), kind, doing); };
  };
  add_action(run, "check_recipe", tr("Check the Recipe"), QKeySequence(tr("Ctrl+Return")),
             [this] { show_page(Page::Check); });
  QAction* start =
      add_action(run, "start", tr("Check and Start"), QKeySequence(tr("F5")), [this] { start_run(); });
  connect(pages_, &QStackedWidget::currentChanged, start,
          [this, start] { start->setText(page_ == Page::Check ? tr("Start") : tr("Check and Start")); });
  run->addSeparator();
  pause_ = add_action(run, "pause", tr("Pause"), {}, [this] { train_->pause_or_go_on(); });
  save_ = add_action(run, "save_checkpoint", tr("Save a Checkpoint"), {},
                     send(record::CommandKind::Checkpoint, tr("Saving a checkpoint")));
  run->addSeparator();
  stop_ = add_action(run, "stop", tr("Stop after Step"), QKeySequence(tr("Shift+F5")),
                     [this] { stopping_->stop(train_->current()); });
  stop_now_ =
      add_action(run, "stop_now", tr("Stop Now"), {}, [this] { stopping_->stop_now(train_->current()); });
  run->addSeparator();
  run_actions_ = new RunActions(record_, configure_->configuration().plugins(), this);
  run_actions_->add_to(run);
  train_->offer_resume(run_actions_->resume());
  connect(train_, &TrainPage::stop_wanted, stopping_, &StopBanner::stop);
  run->addSeparator();
  run->addActions(train_->run_actions());
  connect(train_, &TrainPage::current_changed, run_actions_, &RunActions::set_run);
  queue_ = new QueueActions(record_, run, this);
  const Configuration& recipe = configure_->configuration();
  const auto offer = [this, &recipe] {
    queue_->set_recipe(QString::fromStdString(recipe.file().string()),
                       recipe.is_changed() && !recipe.file().empty()
                           ? tr("Configure has changes of this recipe that are not saved: the ablation "
                                "starts from the file.")
                           : QString());
  };
  connect(&recipe, &Configuration::changed, queue_, offer);
  offer();
  connect(queue_, &QueueActions::run_wanted, this, [this](const QString& id) {
    show_page(Page::Train);
    train_->select(id);
  });
  connect(train_, &TrainPage::current_changed, this, &MainWindow::refresh_actions);
  connect(&record_, &Record::runs_changed, this, &MainWindow::refresh_actions);
  connect(&record_, &Record::closed, this, &MainWindow::refresh_actions);
  refresh_actions();
}

void MainWindow::refresh_actions() {
  const RunView* view = record_.run(train_->current());
  const bool active = view != nullptr && record::is_active(view->status.state) && !view->status.died;
  const bool paused = active && view->status.state == record::State::Paused;
  pause_->setText(paused ? tr("Go On") : tr("Pause"));
  const QString why = view == nullptr
                          ? tr("No run is selected.")
                          : tr("No trainer is at work on this run: it is %1.").arg(state_word(*view));
  for (QAction* action : {pause_, save_, stop_, stop_now_}) {
    action->setEnabled(active);
    action->setToolTip(active ? QString() : why);
  }
}

void MainWindow::refresh_keys() {
  for (const PageInfo& page : rail_pages())
    rail_->set_keys(page.page, shortcuts_->find(QString::fromLatin1(page.icon))->keys());
  const QString commands = shortcuts_->find(QStringLiteral("commands"))->keys();
  palette_hint_->setText(commands.isEmpty() ? QString() : tr("%1: commands").arg(commands));
}

void MainWindow::show_preferences() {
  auto* preferences = new Preferences(this);
  preferences->setAttribute(Qt::WA_DeleteOnClose);
  connect(preferences, &Preferences::changed, this, [this] { setAnimated(!reduced_motion()); });
  connect(preferences, &Preferences::shortcuts_wanted, this,
          [this] { shortcut_list_->open_with(*shortcuts_); });
  preferences->open();
}

void MainWindow::show_about() {
  QMessageBox::about(
      this, tr("About iBOT Workbench"),
      tr("iBOT Workbench %1\n\nTrains Vision Transformers without labels, and shows what their patches "
         "find.\nFree software under GPL-3.0-or-later.")
          .arg(QApplication::applicationVersion()));
}

}  // namespace ibot::ui
