// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "command_palette.h"
#include "status_line.h"

#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/views/configure_page.h>
#include <ui/views/train_page.h>
#include <ui/views/welcome_page.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kRecent = 8;

}  // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
  setWindowTitle(tr("iBOT Workbench"));
  resize(1366, 768);
  auto* centre = new QWidget(this);
  auto* rows = new QVBoxLayout(centre);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  auto* columns = new QHBoxLayout;
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
  body->addWidget(make_banner());
  pages_ = new QStackedWidget;
  body->addWidget(pages_, 1);
  columns->addLayout(body, 1);
  rows->addLayout(columns, 1);
  rows->addWidget(make_hairline());
  status_ = new StatusLine(record_);
  rows->addWidget(status_);
  setCentralWidget(centre);

  palette_ = new CommandPalette(this);
  welcome_ = new WelcomePage;
  configure_ = new ConfigurePage;
  configure_->set_inspector(inspection_);
  train_ = new TrainPage(record_);
  widgets_[Page::Welcome] = welcome_;
  widgets_[Page::Configure] = configure_;
  widgets_[Page::Train] = train_;
  for (const PageInfo& info : rail_pages()) {
    if (widgets_.contains(info.page)) continue;
    widgets_[info.page] = make_empty_state(QCoreApplication::translate("Page", info.title),
                                           QCoreApplication::translate("Page", info.purpose), nullptr);
  }
  for (const auto& [page, widget] : widgets_) pages_->addWidget(widget);

  connect(rail_, &Rail::chosen, this, &MainWindow::show_page);
  connect(configure_, &ConfigurePage::check_wanted, this, [this] { show_page(Page::Check); });
  connect(train_, &TrainPage::new_run_wanted, this, [this] { show_page(Page::Configure); });
  connect(welcome_, &WelcomePage::workspace_wanted, this, &MainWindow::ask_for_workspace);
  connect(welcome_, &WelcomePage::recent_wanted, this, &MainWindow::open_workspace);
  connect(&record_, &Record::opened, this, [this](const QString& folder, const QString& mode) {
    place_->setText(QFileInfo(folder).fileName());
    place_->setToolTip(folder);
    remember(folder);
    banner_->hide();
    if (!mode.isEmpty()) show_problem({mode, {}, false});
    show_page(Page::Train);
  });
  connect(&record_, &Record::closed, this, [this] { place_->setText(tr("No workspace")); });
  connect(&record_, &Record::problem, this, &MainWindow::show_problem);
  make_menus();
  const QSettings settings;
  welcome_->set_recent(settings.value(QStringLiteral("recent_workspaces")).toStringList());
  restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
  show_page(Page::Welcome);
}

MainWindow::~MainWindow() = default;

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

QWidget* MainWindow::make_banner() {
  auto* banner = new QFrame;
  banner->setObjectName(QStringLiteral("banner"));
  banner->setProperty("role", "banner");
  auto* layout = new QHBoxLayout(banner);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  banner_text_ = make_label({});
  banner_text_->setWordWrap(true);
  banner_text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  layout->addWidget(banner_text_, 1);
  QPushButton* close = make_button(tr("Dismiss"));
  connect(close, &QPushButton::clicked, banner, &QWidget::hide);
  layout->addWidget(close);
  banner->hide();
  banner_ = banner;
  return banner;
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
  QMenu* file = menuBar()->addMenu(tr("&File"));
  add_action(file, "open_workspace", tr("Open Workspace…"), QKeySequence::Open,
             [this] { ask_for_workspace(); });
  add_action(file, "close_workspace", tr("Close Workspace"), {}, [this] {
    record_.close();
    show_page(Page::Welcome);
  });
  file->addSeparator();
  add_action(file, "quit", tr("Quit"), QKeySequence::Quit, [this] { close(); });

  make_run_menu();

  QMenu* view = menuBar()->addMenu(tr("&View"));
  add_action(view, "welcome", tr("Welcome"), {}, [this] { show_page(Page::Welcome); });
  for (const PageInfo& page : rail_pages()) {
    // The rail's buttons have the shortcuts.
    add_action(view, page.icon, QCoreApplication::translate("Page", page.title), {},
               [this, page = page.page] { show_page(page); });
  }
  view->addSeparator();
  QAction* theme = view->addAction(tr("Light Theme"));
  theme->setObjectName(QStringLiteral("light_theme"));
  theme->setCheckable(true);
  theme->setChecked(Theme::instance().kind() == ThemeKind::Light);
  connect(theme, &QAction::toggled, this, [](bool light) {
    Theme::instance().apply(light ? ThemeKind::Light : ThemeKind::Dark);
    QSettings().setValue(QStringLiteral("theme"), light ? QStringLiteral("light") : QStringLiteral("dark"));
  });
  QAction* full = view->addAction(tr("Full Screen"));
  full->setCheckable(true);
  full->setShortcut(QKeySequence::FullScreen);
  connect(full, &QAction::toggled, this,
          [this](bool on) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, on)); });

  QMenu* help = menuBar()->addMenu(tr("&Help"));
  add_action(help, "commands", tr("All Commands…"), QKeySequence(tr("Ctrl+K")), [this] {
    QList<QAction*> actions;
    for (const QAction* menu : menuBar()->actions()) actions += menu->menu()->actions();
    palette_->open_with(actions);
  });
}

void MainWindow::make_run_menu() {
  QMenu* run = menuBar()->addMenu(tr("&Run"));
  run->setToolTipsVisible(true);
  const auto send = [this](record::CommandKind kind, const QString& doing) {
    return [this, kind, doing] { record_.command(train_->current(), kind, doing); };
  };
  pause_ = add_action(run, "pause", tr("Pause"), {}, [this] { train_->pause_or_go_on(); });
  save_ = add_action(run, "save_checkpoint", tr("Save a Checkpoint"), {},
                     send(record::CommandKind::Checkpoint, tr("Saving a checkpoint")));
  run->addSeparator();
  stop_ = add_action(run, "stop", tr("Stop after Step"), QKeySequence(tr("Shift+F5")),
                     send(record::CommandKind::Stop, tr("Stopping the run")));
  stop_now_ = add_action(run, "stop_now", tr("Stop Now"), {},
                         send(record::CommandKind::StopNow, tr("Stopping the run at once")));
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

void MainWindow::open_workspace(const QString& folder) {
  record_.open(folder);
}

void MainWindow::ask_for_workspace() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a workspace"));
  if (!folder.isEmpty()) open_workspace(folder);
}

void MainWindow::show_page(Page page) {
  page_ = page;
  rail_->set_current(page);
  pages_->setCurrentWidget(widgets_.at(page));
}

void MainWindow::show_problem(const RecordProblem& problem) {
  banner_text_->setText(problem.hint.isEmpty() ? problem.what
                                               : problem.what + QStringLiteral(". ") + problem.hint);
  set_style_property(banner_, "level", problem.closed ? QStringLiteral("bad") : QStringLiteral("warn"));
  banner_->show();
}

void MainWindow::remember(const QString& folder) {
  QSettings settings;
  QStringList recent = settings.value(QStringLiteral("recent_workspaces")).toStringList();
  recent.removeAll(folder);
  recent.push_front(folder);
  while (recent.size() > kRecent) recent.removeLast();
  settings.setValue(QStringLiteral("recent_workspaces"), recent);
  welcome_->set_recent(recent);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings().setValue(QStringLiteral("geometry"), saveGeometry());
  QMainWindow::closeEvent(event);
}

}  // namespace ibot::ui
