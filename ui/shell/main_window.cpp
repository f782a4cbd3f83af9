// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "command_palette.h"
#include "drop.h"
#include "inspector_dock.h"
#include "preferences.h"
#include "queue_actions.h"
#include "settings.h"
#include "shortcut_list.h"
#include "status_line.h"

#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/views/check_page.h>
#include <ui/views/configure_page.h>
#include <ui/views/data_page.h>
#include <ui/views/plugin_manager.h>
#include <ui/views/run_actions.h>
#include <ui/views/stop_banner.h>
#include <ui/views/train_page.h>
#include <ui/views/welcome_page.h>
#include <ui/views/window_page.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QScrollArea>
#include <QSettings>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStatusBar>
#include <QUndoGroup>
#include <QUndoStack>
#include <QVBoxLayout>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kRecent = 8;
constexpr int kNarrow = 1000;  // px: below this the inspector leaves its place to the page
const QString kRecentSetting = QStringLiteral("recent_workspaces");

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

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
  resize(1366, 768);
  setAnimated(!reduced_motion());
  auto* centre = new QWidget(this);
  auto* columns = new QHBoxLayout(centre);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->setSpacing(0);
  rail_ = new Rail;
  columns->addWidget(rail_);
  auto* border = new QFrame;
  border->setProperty("role", "vertical-hairline");
  border->setFixedWidth(1);
  columns->addWidget(border);
  auto* body = new QVBoxLayout;
  body->setSpacing(0);
  body->addWidget(make_header());
  body->addWidget(make_hairline());
  banner_ = new Banner(QStringLiteral("banner"));
  body->addWidget(banner_);
  stopping_ = new StopBanner(record_);
  body->addWidget(stopping_);
  pages_ = new QStackedWidget;
  body->addWidget(pages_, 1);
  columns->addLayout(body, 1);
  setCentralWidget(centre);
  status_ = new StatusLine(record_);
  statusBar()->addWidget(status_, 1);
  statusBar()->setSizeGripEnabled(false);
  dock_ = new InspectorDock(this);
  addDockWidget(Qt::RightDockWidgetArea, dock_);
  resizeDocks({dock_}, {metrics::kInspector}, Qt::Horizontal);
  undo_ = new QUndoGroup(this);
  palette_ = new CommandPalette(this);
  plugins_ = new PluginManager(this);
  shortcuts_ = new ShortcutList(this);
  drop_ = new DropOverlay(this);

  make_pages();
  connect(rail_, &Rail::chosen, this, &MainWindow::show_page);
  connect(drop_, &DropOverlay::dropped, this, &MainWindow::carry_out);
  connect(&record_, &Record::opened, this, &MainWindow::workspace_opened);
  connect(&record_, &Record::closed, this, [this] {
    place_->setText(tr("No workspace"));
    dead_.clear();
  });
  connect(&record_, &Record::problem, this, &MainWindow::show_problem);
  connect(&record_, &Record::runs_changed, this, &MainWindow::say_who_died);
  make_menus();
  connect_check();
  connect(&record_, &Record::closed, this, &MainWindow::refresh_title);
  connect(&record_, &Record::opened, this, &MainWindow::refresh_title);
  connect(&record_, &Record::runs_changed, this, &MainWindow::refresh_title);
  connect(train_, &TrainPage::current_changed, this, &MainWindow::refresh_title);
  const QSettings settings;
  welcome_->set_recent(settings.value(kRecentSetting).toStringList());
  restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("docks")).toByteArray());
  refresh_title();
  show_page(Page::Welcome);
}

MainWindow::~MainWindow() = default;

void MainWindow::make_pages() {
  welcome_ = new WelcomePage;
  data_ = new DataPage;
  configure_ = new ConfigurePage;
  configure_->set_inspector(inspection_);
  check_ = new CheckPage(configure_->configuration(), record_);
  train_ = new TrainPage(record_);
  widgets_[Page::Welcome] = welcome_;
  widgets_[Page::Data] = data_;
  widgets_[Page::Configure] = configure_;
  widgets_[Page::Check] = check_;
  widgets_[Page::Train] = train_;
  for (const PageInfo& info : rail_pages()) {
    if (widgets_.contains(info.page)) continue;
    widgets_[info.page] = make_empty_state(QCoreApplication::translate("Page", info.title),
                                           QCoreApplication::translate("Page", info.purpose), nullptr);
  }
  for (const auto& [page, widget] : widgets_) {
    // A page that does not fit, on a small screen or at 200 %, scrolls rather than being cut off.
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(widget);
    pages_->addWidget(scroll);
    auto* lends = dynamic_cast<WindowPage*>(widget);
    if (lends != nullptr && lends->undo_stack() != nullptr) undo_->addStack(lends->undo_stack());
  }
  connect(data_, &DataPage::use_wanted, this, &MainWindow::use_pictures);
  connect(configure_, &ConfigurePage::check_wanted, this, [this] { show_page(Page::Check); });
  connect(train_, &TrainPage::new_run_wanted, this, [this] { show_page(Page::Configure); });
  connect(welcome_, &WelcomePage::pictures_wanted, this, [this] { show_page(Page::Data); });
  connect(welcome_, &WelcomePage::workspace_wanted, this, &MainWindow::ask_for_workspace);
  connect(welcome_, &WelcomePage::recent_wanted, this, &MainWindow::open_workspace);
  connect(welcome_, &WelcomePage::forget_wanted, this, &MainWindow::forget);
}

QWidget* MainWindow::make_header() {
  auto* header = new QWidget;
  header->setProperty("role", "panel");
  header->setAttribute(Qt::WA_StyledBackground);
  header->setFixedHeight(36);
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, 0);
  layout->setSpacing(metrics::kMedium);
  place_ = make_label(tr("No workspace"), TextStyle::Heading);
  layout->addWidget(place_);
  layout->addStretch();
  layout->addWidget(make_label(tr("Ctrl+K: commands"), TextStyle::Small, "hint"));
  return header;
}

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
  QMenu* plugins = menuBar()->addMenu(tr("&Plug-ins"));
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
  for (const QString& folder : QSettings().value(kRecentSetting).toStringList())
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
  redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(QKeySequence::Redo)});
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
  for (const PageInfo& page : rail_pages()) {
    // The rail's buttons have the shortcuts.
    add_action(view, page.icon, QCoreApplication::translate("Page", page.title), {},
               [this, page = page.page] { show_page(page); });
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

void MainWindow::make_help_menu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  add_action(help, "welcome", tr("Welcome"), {}, [this] { show_page(Page::Welcome); });
  QAction* keys =
      add_action(help, "shortcuts", tr("Shortcuts"), {}, [this] { shortcuts_->open_with(menuBar()); });
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
  add_action(run, "start", tr("Start"), QKeySequence(tr("F5")), [this] { start_run(); });
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
  run->addSeparator();
  run->addActions(train_->run_actions());
  connect(train_, &TrainPage::current_changed, run_actions_, &RunActions::set_run);
  auto* queue = new QueueActions(record_, run, this);
  connect(queue, &QueueActions::run_wanted, this, [this](const QString& id) {
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

void MainWindow::show_preferences() {
  auto* preferences = new Preferences(this);
  preferences->setAttribute(Qt::WA_DeleteOnClose);
  connect(preferences, &Preferences::changed, this, [this] { setAnimated(!reduced_motion()); });
  preferences->open();
}

void MainWindow::show_about() {
  QMessageBox::about(
      this, tr("About iBOT Workbench"),
      tr("iBOT Workbench %1\n\nTrains Vision Transformers without labels, and shows what their patches "
         "find.\nFree software under GPL-3.0-or-later.")
          .arg(QApplication::applicationVersion()));
}

void MainWindow::connect_check() {
  connect(check_, &CheckPage::started, this, &MainWindow::show_run);
  connect(check_, &CheckPage::queued, this, [this](const QString& workspace) {
    if (record_.folder() != workspace) open_workspace(workspace);
  });
  connect(check_, &CheckPage::run_wanted, this,
          [this](const QString& run) { show_run(record_.folder(), run); });
  connect(check_, &CheckPage::show_wanted, this, [this](const QString& key) {
    show_page(Page::Configure);
    configure_->reveal(key);
  });
  connect(run_actions_, &RunActions::run_wanted, this,
          [this](const QString& run) { show_run(record_.folder(), run); });
  connect(run_actions_, &RunActions::recipe_wanted, this,
          [this](const QString& name, const std::string& yaml) {
            configure_->open_text(name, yaml);
            show_page(Page::Configure);
          });
  connect(run_actions_, &RunActions::problem, this, [this](const QString& what, const QString& hint) {
    show_problem({what, hint, false});
  });
}

void MainWindow::start_run() {
  // What will happen is seen before it happens.
  if (page_ == Page::Check) return check_->start();
  show_page(Page::Check);
}

void MainWindow::show_run(const QString& workspace, const QString& run) {
  if (record_.folder() != workspace) open_workspace(workspace);
  show_page(Page::Train);
  train_->select(run);
}

void MainWindow::open_workspace(const QString& folder) {
  const QString clean = QDir::cleanPath(folder);
  wanted_folder_ = clean;
  if (clean == record_.folder()) return show_page(Page::Train);
  record_.open(clean);
}

void MainWindow::open_pictures(const QString& path) {
  show_page(Page::Data);
  data_->open(path);
}

void MainWindow::open_recipe(const QString& file) {
  show_page(Page::Configure);
  configure_->open_recipe(file);
}

void MainWindow::use_pictures(const QString& path, const QString& kind) {
  Configuration& recipe = configure_->configuration();
  recipe.undo_stack()->beginMacro(tr("other pictures"));
  // In quotes: a path may hold what YAML would read as something else.
  QString quoted = path;
  recipe.set_value(
      "data.path",
      QStringLiteral("'%1'").arg(quoted.replace(QLatin1Char('\''), QStringLiteral("''"))).toStdString());
  recipe.set_value("data.kind", kind.toStdString());
  // A split of the former pictures would be looked for below these.
  const auto& plan = recipe.result().plan;
  if (!plan || !plan->data().split.empty()) recipe.set_value("data.split", "''");
  recipe.undo_stack()->endMacro();
  show_page(Page::Configure);
}

void MainWindow::carry_out(const DropPlan& plan) {
  switch (plan.kind) {
    case DropPlan::Kind::Nothing:
      return banner_->say(Banner::Level::Info, plan.sentence);
    case DropPlan::Kind::OpenWorkspace:
      return open_workspace(plan.path);
    case DropPlan::Kind::LookAtPictures:
      return open_pictures(plan.path);
    case DropPlan::Kind::EditRecipe:
      return open_recipe(plan.path);
  }
}

void MainWindow::ask_for_workspace() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a workspace"));
  if (!folder.isEmpty()) open_workspace(folder);
}

void MainWindow::workspace_opened(const QString& folder, const QString& mode) {
  place_->setText(QFileInfo(folder).fileName());
  place_->setToolTip(folder);
  remember(folder);
  banner_->hide();
  if (!mode.isEmpty()) {
    banner_->say(Banner::Level::Warning, mode, {{tr("Try again"), [this, folder] { record_.open(folder); }}});
  }
  show_page(Page::Train);
}

void MainWindow::show_page(Page page) {
  page_ = page;
  rail_->set_current(page);
  QWidget* widget = widgets_.at(page);
  pages_->setCurrentIndex(static_cast<int>(std::distance(widgets_.begin(), widgets_.find(page))));
  auto* lends = dynamic_cast<WindowPage*>(widget);
  dock_->show(lends != nullptr ? lends->inspector() : nullptr);
  undo_->setActiveStack(lends != nullptr ? lends->undo_stack() : nullptr);
  fold_->setEnabled(dock_->has_content());
  fold_->setToolTip(dock_->has_content() ? QString() : tr("This page has nothing to inspect."));
  const bool searchable = lends != nullptr && lends->search_field() != nullptr;
  find_->setEnabled(searchable);
  find_->setToolTip(searchable ? QString() : tr("There is nothing to search on this page."));
}

void MainWindow::show_problem(const RecordProblem& problem) {
  std::vector<Banner::Action> actions;
  if (problem.retry) {
    actions.push_back({tr("Try again"), [this, problem] {
                         banner_->hide();
                         record_.write(problem.retry, problem.what);
                       }});
  } else if (problem.closed) {
    actions.push_back({tr("Try again"), [this, folder = wanted_folder_] { record_.open(folder); }});
    actions.push_back(
        {problem.code == base::ErrorCode::NotFound ? tr("Say where it is…") : tr("Open another…"),
         [this] { ask_for_workspace(); }});
  }
  QString text = problem.what;
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  if (!text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
  if (!problem.hint.isEmpty()) text += QLatin1Char(' ') + problem.hint + QLatin1Char('.');
  banner_->say(problem.closed ? Banner::Level::Bad : Banner::Level::Warning, text, actions);
}

QString MainWindow::run_name(const RunView& view) const {
  return QString::fromStdString(view.run.name.empty() ? view.run.id : view.run.name);
}

void MainWindow::say_who_died(const QStringList& runs) {
  QString newest;
  for (const QString& id : runs) {
    const RunView* view = record_.run(id);
    if (view == nullptr) continue;
    if (!view->status.died) {
      dead_.erase(id);
    } else if (dead_.insert(id).second) {
      newest = id;
    }
  }
  if (newest.isEmpty()) return;
  const RunView& view = *record_.run(newest);
  banner_->say(
      Banner::Level::Warning,
      tr("The trainer of %1 is gone: it was killed, crashed, or the machine was switched off. What it had "
         "recorded, up to step %2, is there, and it can be resumed.")
          .arg(run_name(view))
          .arg(view.run.step),
      {{tr("Show it"), [this, newest] {
          show_page(Page::Train);
          train_->select(newest);
        }}});
}

void MainWindow::refresh_title() {
  // The run that is looked at, or else the one that trains.
  const RunView* view = record_.run(train_->current());
  const auto trains = [](const RunView& each) {
    return record::is_active(each.status.state) && !each.status.died;
  };
  if (view == nullptr || !trains(*view)) {
    view = nullptr;
    for (const auto& [id, each] : record_.runs()) {
      if (trains(each) && (view == nullptr || each.run.changed > view->run.changed)) view = &each;
    }
  }
  QStringList parts;
  if (view != nullptr && view->run.planned_steps > 0) {
    const double share = static_cast<double>(view->run.step) / static_cast<double>(view->run.planned_steps);
    parts << tr("%1 % %2").arg(static_cast<int>(std::floor(100 * share))).arg(run_name(*view));
  }
  if (!record_.folder().isEmpty()) parts << QFileInfo(record_.folder()).fileName();
  parts << tr("iBOT Workbench");
  setWindowTitle(parts.join(QStringLiteral(" \u2013 ")));
}

void MainWindow::remember(const QString& folder) {
  QStringList recent = QSettings().value(kRecentSetting).toStringList();
  recent.removeAll(folder);
  recent.push_front(folder);
  while (recent.size() > kRecent) recent.removeLast();
  QSettings().setValue(kRecentSetting, recent);
  welcome_->set_recent(recent);
}

void MainWindow::forget(const QString& folder) {
  QStringList recent = QSettings().value(kRecentSetting).toStringList();
  recent.removeAll(folder);
  QSettings().setValue(kRecentSetting, recent);
  welcome_->set_recent(recent);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  dock_->set_room(width() >= kNarrow);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue(QStringLiteral("geometry"), saveGeometry());
  settings.setValue(QStringLiteral("docks"), saveState());
  QMainWindow::closeEvent(event);
}

}  // namespace ibot::ui
