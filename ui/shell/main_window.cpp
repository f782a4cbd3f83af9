// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "banner_topics.h"
#include "command_palette.h"
#include "demo.h"
#include "drop.h"
#include "inspector_dock.h"
#include "preferences.h"
#include "queue_actions.h"
#include "settings.h"
#include "shortcut_list.h"
#include "shortcuts.h"
#include "status_line.h"

#include <ui/models/run_table_model.h>
#include <ui/style/theme.h>
#include <ui/views/bundle_bar.h>
#include <ui/views/check_page.h>
#include <ui/views/compare_page.h>
#include <ui/views/configure_page.h>
#include <ui/views/data_page.h>
#include <ui/views/export_page.h>
#include <ui/views/look_page.h>
#include <ui/views/plugin_manager.h>
#include <ui/views/run_actions.h>
#include <ui/views/run_drop.h>
#include <ui/views/stop_banner.h>
#include <ui/views/train_page.h>
#include <ui/views/welcome_page.h>
#include <ui/views/window_page.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStatusBar>
#include <QUndoGroup>
#include <QUndoStack>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kRecent = 8;
constexpr int kNarrow = 1000;  // px: below this the inspector leaves its place to the page

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
  bundle_ = new BundleBar(record_);
  body->addWidget(bundle_);
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
  shortcut_list_ = new ShortcutList(this);
  drop_ = new DropOverlay(this);

  make_pages();
  connect(rail_, &Rail::chosen, this, &MainWindow::show_page);
  connect(drop_, &DropOverlay::dropped, this, &MainWindow::carry_out);
  connect(&record_, &Record::opened, this, &MainWindow::workspace_opened);
  connect(&record_, &Record::closed, this, [this] {
    place_->setText(tr("No workspace"));
    dead_.clear();
    incomplete_.clear();
  });
  connect_banner();
  connect_scenes();
  connect(&record_, &Record::details_changed, this, &MainWindow::say_what_is_missing);
  make_menus();
  shortcuts_ = new Shortcuts(menuBar(), this);
  connect(shortcuts_, &Shortcuts::changed, this, &MainWindow::refresh_keys);
  refresh_keys();
  connect_check();
  connect_compare();
  connect_bundles();
  connect(&record_, &Record::closed, this, &MainWindow::refresh_title);
  connect(&record_, &Record::opened, this, &MainWindow::refresh_title);
  connect(&record_, &Record::runs_changed, this, &MainWindow::refresh_title);
  connect(train_, &TrainPage::current_changed, this, &MainWindow::refresh_title);
  welcome_->set_recent(read_setting(kRecentSetting).toStringList());
  restoreGeometry(read_setting(QStringLiteral("geometry")).toByteArray());
  restoreState(read_setting(QStringLiteral("docks")).toByteArray());
  // Whoever is told to go is not closed first.
  connect(qApp, &QCoreApplication::aboutToQuit, this, [this] {
    if (isVisible()) remember_places();
  });
  refresh_title();
  show_page(Page::Welcome);
}

MainWindow::~MainWindow() = default;

void MainWindow::make_pages() {
  welcome_ = new WelcomePage;
  data_ = new DataPage;
  configure_ = new ConfigurePage;
  configure_->keep_draft();
  configure_->set_inspector(inspection_);
  check_ = new CheckPage(configure_->configuration(), record_);
  train_ = new TrainPage(record_);
  look_ = new LookPage(record_, inspection_);
  widgets_[Page::Welcome] = welcome_;
  widgets_[Page::Data] = data_;
  widgets_[Page::Configure] = configure_;
  widgets_[Page::Check] = check_;
  widgets_[Page::Train] = train_;
  export_ = new ExportPage(record_);
  widgets_[Page::Look] = look_;
  widgets_[Page::Export] = export_;
  compare_ = new ComparePage(record_);
  widgets_[Page::Compare] = compare_;
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
  data_->follow(configure_->configuration());
  connect(data_, &DataPage::use_wanted, this, &MainWindow::use_pictures);
  connect(data_, &DataPage::looked_through, check_, &CheckPage::set_unreadable);
  connect(configure_, &ConfigurePage::check_wanted, this, [this] { show_page(Page::Check); });
  connect(train_, &TrainPage::new_run_wanted, this, [this] { show_page(Page::Configure); });
  connect(welcome_, &WelcomePage::demo_wanted, this,
          [this] { open_demo({.folder = QDir::home().filePath(QStringLiteral("ibot-demo"))}); });
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
  palette_hint_ = make_label({}, TextStyle::Small, "hint");
  layout->addWidget(palette_hint_);
  return header;
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
  connect(run_actions_, &RunActions::run_wanted, this, [this](const QString& run) {
    banner_->withdraw(topic::kRunAction);
    show_run(record_.folder(), run);
  });
  connect(run_actions_, &RunActions::recipe_wanted, this,
          [this](const QString& name, const std::string& yaml) {
            configure_->open_text(name, yaml);
            show_page(Page::Configure);
          });
  connect(run_actions_, &RunActions::problem, this, [this](const QString& what, const QString& hint) {
    show_problem({what, hint, false}, topic::kRunAction);
  });
}

void MainWindow::connect_compare() {
  connect(train_, &TrainPage::comparison_wanted, this, &MainWindow::add_to_comparison);
  auto* drop = new RunDrop(*rail_->button(Page::Compare), record_, compare_->context().tray());
  connect(drop, &RunDrop::dropped, this, &MainWindow::add_to_comparison);
  connect(compare_, &ComparePage::runs_wanted, this, [this] { show_page(Page::Train); });
  connect(compare_, &ComparePage::run_wanted, this,
          [this](const QString& run) { show_run(record_.folder(), run); });
}

void MainWindow::add_to_comparison(const QStringList& runs) {
  ComparisonTray& tray = compare_->context().tray();
  const int added = tray.add(runs);
  const auto all = static_cast<int>(tray.runs().size());
  const QString what = added == 0   ? tr("Already in the comparison")
                       : added == 1 ? tr("One run was added to the comparison")
                                    : tr("%1 runs were added to the comparison").arg(added);
  const QString sentence = all == 1 ? tr("%1.").arg(what) : tr("%1, which has %2.").arg(what).arg(all);
  if (stands_behind_gone(sentence)) return;
  banner_->say(Banner::Level::Info, sentence, {{tr("Compare"), [this] { show_page(Page::Compare); }}},
               topic::kCompared);
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
  configure_->configuration().use_pictures({path.toStdString(), kind.toStdString()});
  show_page(Page::Configure);
}

void MainWindow::carry_out(const DropPlan& plan) {
  switch (plan.kind) {
    case DropPlan::Kind::Nothing:
      if (!stands_behind_gone(plan.sentence)) banner_->say(Banner::Level::Info, plan.sentence);
      return;
    case DropPlan::Kind::OpenWorkspace:
      return open_workspace(plan.path);
    case DropPlan::Kind::LookAtPictures:
      return open_pictures(plan.path);
    case DropPlan::Kind::EditRecipe:
      return open_recipe(plan.path);
    case DropPlan::Kind::OpenBundle:
      return bundle_->open(plan.path);
  }
}

void MainWindow::ask_for_workspace() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a workspace"));
  if (!folder.isEmpty()) open_workspace(folder);
}

void MainWindow::workspace_opened(const QString& folder, const QString& mode) {
  const OpenedBundle* bundle = bundle_->shown();
  place_->setText(bundle != nullptr ? tr("%1 (a bundle, only read)").arg(bundle->name())
                                    : QFileInfo(folder).fileName());
  place_->setToolTip(bundle != nullptr ? bundle->file : folder);
  // Its folder goes with the window.
  if (bundle == nullptr) remember(folder);
  banner_->hide();
  if (!mode.isEmpty() && bundle == nullptr) {
    banner_->say(Banner::Level::Warning, mode, {{tr("Try again"), [this, folder] { record_.open(folder); }}});
  }
  show_first_page();
}

void MainWindow::show_first_page() {
  show_page(std::exchange(first_page_, Page::Train));
  // What the finished run came to see is what the demo is about; the fresh one is a click away, on Train.
  if (page_ == Page::Look && demo_ != nullptr && !demo_->reference().isEmpty())
    look_->context().set_run(demo_->reference());
}

void MainWindow::show_page(Page page) {
  // From a run on Train one comes to look at that run.
  if (page == Page::Look && page_ == Page::Train && !train_->current().isEmpty())
    look_->context().set_run(train_->current());
  if (page == Page::Export && (page_ == Page::Train || export_->run().isEmpty()) &&
      !train_->current().isEmpty())
    export_->set_run(train_->current());
  page_ = page;
  if (page == Page::Compare) banner_->withdraw(topic::kCompared);
  rail_->set_current(page);
  QWidget* widget = widgets_.at(page);
  pages_->setCurrentIndex(static_cast<int>(std::distance(widgets_.begin(), widgets_.find(page))));
  // The keyboard goes on in the page: the ring would stay on the rail, at a page that is left.
  if (!pages_->currentWidget()->isAncestorOf(focusWidget())) pages_->setFocus(Qt::OtherFocusReason);
  refresh_study_actions();
  auto* lends = dynamic_cast<WindowPage*>(widget);
  dock_->show(lends != nullptr ? lends->inspector() : nullptr);
  undo_->setActiveStack(lends != nullptr ? lends->undo_stack() : nullptr);
  fold_->setEnabled(dock_->has_content());
  fold_->setToolTip(dock_->has_content() ? QString() : tr("This page has nothing to inspect."));
  const bool searchable = lends != nullptr && lends->search_field() != nullptr;
  find_->setEnabled(searchable);
  find_->setToolTip(searchable ? QString() : tr("There is nothing to search on this page."));
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
    parts << tr("%1 % %2").arg(static_cast<int>(std::floor(100 * share))).arg(run_name(view->run));
  }
  if (const OpenedBundle* bundle = bundle_->shown(); bundle != nullptr) {
    parts << bundle->name();
  } else if (!record_.folder().isEmpty()) {
    parts << QFileInfo(record_.folder()).fileName();
  }
  parts << tr("iBOT Workbench");
  setWindowTitle(parts.join(QStringLiteral(" \u2013 ")));
}

void MainWindow::remember(const QString& folder) {
  QStringList recent = read_setting(kRecentSetting).toStringList();
  recent.removeAll(folder);
  recent.push_front(folder);
  while (recent.size() > kRecent) recent.removeLast();
  write_setting(kRecentSetting, recent);
  welcome_->set_recent(recent);
}

void MainWindow::forget(const QString& folder) {
  QStringList recent = read_setting(kRecentSetting).toStringList();
  recent.removeAll(folder);
  write_setting(kRecentSetting, recent);
  welcome_->set_recent(recent);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  dock_->set_room(width() >= kNarrow);
}

void MainWindow::open_demo(const DemoRequest& request) {
  if (demo_ != nullptr) return show_page(Page::Train);
  demo_ = new Demo(request, this);
  connect(demo_, &Demo::workspace_ready, this, [this](const QString& folder) {
    const bool open = QDir::cleanPath(folder) == record_.folder();
    first_page_ = Page::Look;
    open_workspace(folder);
    if (open) show_first_page();
  });
  connect(demo_, &Demo::said, this, [this](const QString& line) {
    banner_->say(Banner::Level::Info, line, {{tr("Cancel"), [this] { demo_->cancel(); }}}, topic::kDemo);
  });
  connect(demo_, &Demo::run_started, this, [this](const QString& run) {
    banner_->withdraw(topic::kDemo);
    train_->select(run);
  });
  connect(demo_, &Demo::cancelled, this, [this] {
    banner_->withdraw(topic::kDemo);
    std::exchange(demo_, nullptr)->deleteLater();
  });
  connect(demo_, &Demo::time_is_up, this, [this](const QString& run) {
    record_.command(run, record::CommandKind::Stop, tr("Stopping the demo's run"));
  });
  connect(demo_, &Demo::failed, this, [this, request](const QString& why) {
    std::exchange(demo_, nullptr)->deleteLater();
    banner_->say(Banner::Level::Bad, tr("The demo could not be started: %1").arg(why),
                 {{tr("Start again"),
                   [this, request] {
                     banner_->withdraw(topic::kDemo);
                     open_demo(request);
                   }}},
                 topic::kDemo);
  });
  demo_->start();
}

bool MainWindow::may_close() {
  const RunView* view = demo_ == nullptr || asked_ ? nullptr : record_.run(demo_->run());
  if (view == nullptr || !record::is_active(view->status.state) || view->status.died) return true;
  asked_ = true;
  banner_->say(Banner::Level::Info,
               tr("The fresh run is still training. It goes on without the window, or is saved and stopped."),
               {{tr("Close, keep training"), [this] { close(); }},
                {tr("Stop it and close"),
                 [this] {
                   // Closed once the command is in the record: the trainer finds it there.
                   record_.write(
                       [run = demo_->run().toStdString()](record::Store& store) -> base::Status {
                         IBOT_TRY([[maybe_unused]] const std::int64_t number,
                                  store.put_command(run, record::CommandKind::Stop));
                         return {};
                       },
                       tr("Stopping the demo's run"), [this](bool) { close(); });
                 }},
                {tr("Stay"), [this] {
                   asked_ = false;
                   banner_->hide();
                 }}});
  return false;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!may_close()) return event->ignore();
  remember_places();
  QMainWindow::closeEvent(event);
}

void MainWindow::remember_places() const {
  configure_->take_typing();
  write_setting(QStringLiteral("geometry"), saveGeometry());
  write_setting(QStringLiteral("docks"), saveState());
}

}  // namespace ibot::ui
