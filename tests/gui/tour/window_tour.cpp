// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every page, for people to look at: `window_tour --help`. Without --scale it starts itself once
// for each size of screen, as a scale is chosen before a program begins.
#include <ui/shell/main_window.h>
#include <ui/style/theme.h>
#include <ui/views/compare_page.h>
#include <ui/views/configure_page.h>
#include <ui/views/look_page.h>
#include <ui/views/train_page.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <clocale>
#include <iostream>
#include <memory>
#include <utility>

namespace ibot::ui {
namespace {

struct Screen {
  const char* scale;
  QSize pixels;
};
constexpr Screen kScreens[] = {{"1", {1366, 768}}, {"2", {1366, 768}}, {"2", {2560, 1440}}};

constexpr std::pair<const char*, const char*> kDialogs[] = {
    {"queue", "7_queue"},
    {"matrix", "7_matrix"},
    {"run_branch", "7_branch"},
    {"run_extend", "7_extend"},
    {"plugin_manager_action", "7_plugins"},
    {"preferences", "7_preferences"},
    {"shortcuts", "7_shortcuts"},
    {"commands", "7_commands"},
};

struct Tour {
  QString out, workspace, pictures, recipe, scale;
  QSize pixels;
};

// Until what was asked for has come and was painted. Pictures are looked at by people: a second is no test.
void settle(int milliseconds = 1500) {
  QElapsedTimer watch;
  watch.start();
  while (watch.elapsed() < milliseconds) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

class Visit {
 public:
  Visit(const Tour& tour, ThemeKind theme, const QString& state) : tour_(tour) {
    Theme::instance().apply(theme);
    prefix_ = QStringLiteral("%1x%2@%3_%4_%5_")
                  .arg(tour.pixels.width())
                  .arg(tour.pixels.height())
                  .arg(tour.scale,
                       theme == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light"), state);
    window_ = std::make_unique<MainWindow>();
    window_->resize(tour.pixels / tour.scale.toDouble());
    window_->show();
    settle(300);
  }

  MainWindow& window() { return *window_; }

  void save(const QString& name, QWidget* widget = nullptr) {
    const QString file = QDir(tour_.out).filePath(prefix_ + name + QStringLiteral(".png"));
    if (!(widget != nullptr ? widget : window_.get())->grab().save(file))
      std::cerr << "error: cannot write " << file.toStdString() << "\n";
  }
  void page(Page page, const QString& name) {
    window_->show_page(page);
    settle();
    save(name);
  }
  /// What an action of the menus opens.
  void dialog(const char* action, const QString& name) {
    auto* found = window_->findChild<QAction*>(QString::fromLatin1(action));
    if (found == nullptr || !found->isEnabled()) {
      std::cerr << "! " << action << " is off: no picture of " << name.toStdString() << "\n";
      return;
    }
    found->trigger();
    settle();
    for (QWidget* top : QApplication::topLevelWidgets()) {
      if (top == window_.get() || !top->isVisible() || qobject_cast<QDialog*>(top) == nullptr) continue;
      save(name, top);
      top->close();
    }
    settle(100);
  }

 private:
  const Tour& tour_;
  QString prefix_;
  std::unique_ptr<MainWindow> window_;
};

void visit_empty(const Tour& tour, ThemeKind theme) {
  clear_settings();
  Visit visit(tour, theme, QStringLiteral("empty"));
  visit.page(Page::Welcome, "1_welcome");
  visit.page(Page::Data, "2_data");
  visit.page(Page::Train, "5_train");
  for (const PageInfo& info : rail_pages()) {
    if (info.page == Page::Look || info.page == Page::Compare || info.page == Page::Export)
      visit.page(info.page, QStringLiteral("6_") + QString::fromLatin1(info.icon));
  }
}

// Rows of the table of runs by their state, one after the other.
void visit_runs(Visit& visit) {
  MainWindow& window = visit.window();
  auto* table = window.findChild<QTableView*>(QStringLiteral("run_table"));
  auto* train = window.findChild<TrainPage*>();
  const std::pair<record::State, const char*> states[] = {{record::State::Running, "5_train_live"},
                                                          {record::State::Completed, "5_train_completed"},
                                                          {record::State::Failed, "5_train_failed"},
                                                          {record::State::Stopped, "5_train_stopped"}};
  for (const auto& [state, name] : states) {
    for (const auto& [id, view] : window.record().runs()) {
      if (view.status.state != state || view.run.trashed) continue;
      train->select(id);
      settle();
      visit.save(QString::fromLatin1(name));
      break;
    }
  }
  table->selectAll();
  settle();
  visit.save("5_train_several");
}

// What the newest finished run sees, in every view.
void visit_look(Visit& visit) {
  MainWindow& window = visit.window();
  auto* look = window.findChild<LookPage*>();
  visit.page(Page::Look, "6_look");
  for (std::size_t view = 0; view < look->views().size(); ++view) {
    look->show_view(static_cast<int>(view));
    settle(3000);
    visit.save(QStringLiteral("6_look_%1_%2")
                   .arg(view, 2, 10, QLatin1Char('0'))
                   .arg(QLatin1String(look->views()[view].name)));
  }
}

// All runs that have ended, side by side.
void visit_compare(Visit& visit) {
  MainWindow& window = visit.window();
  auto* compare = window.findChild<ComparePage*>();
  QStringList runs;
  for (const auto& [id, view] : window.record().runs()) {
    if (view.status.state == record::State::Completed && !view.run.trashed) runs << id;
  }
  compare->context().tray().add(runs);
  window.show_page(Page::Compare);
  for (std::size_t tab = 0; tab < compare->tabs().size(); ++tab) {
    compare->show_tab(static_cast<int>(tab));
    settle(2500);
    visit.save(QStringLiteral("6_") + QLatin1String(compare->tabs()[tab].name));
  }
}

void visit_filled(const Tour& tour, ThemeKind theme) {
  write_setting(QStringLiteral("recent_workspaces"), QStringList{tour.workspace});
  Visit visit(tour, theme, QStringLiteral("filled"));
  MainWindow& window = visit.window();
  visit.page(Page::Welcome, "1_welcome");
  window.open_pictures(tour.pictures);
  settle(2500);
  visit.save("2_data");
  window.open_recipe(tour.recipe);
  settle(4000);  // the laboratory's process starts
  visit.save("3_configure");
  Configuration& recipe = window.findChild<ConfigurePage*>()->configuration();
  const std::string before = recipe.text();
  recipe.set_value("mask.ratio", "[2]");
  recipe.set_value("optimizer.lr", "fast");
  settle();
  visit.save("3_configure_mistakes");
  visit.page(Page::Check, "4_check_mistakes");
  recipe.set_text(before);
  window.open_workspace(tour.workspace);
  settle();
  visit.page(Page::Check, "4_check");
  window.show_page(Page::Train);
  visit_runs(visit);
  visit_look(visit);
  visit_compare(visit);
  visit.page(Page::Export, "6_export");
  window.show_page(Page::Train);
  for (const auto& [action, name] : kDialogs) visit.dialog(action, QString::fromLatin1(name));
  window.open_workspace(QDir(tour.out).filePath(QStringLiteral("nowhere")));
  settle();
  visit.save("8_banner");
}

// One child for each size of screen.
int visit_screens(QStringList arguments) {
  arguments.removeFirst();
  for (const Screen& screen : kScreens) {
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::fromLatin1(screen.scale));
    child.setProcessEnvironment(environment);
    child.setProcessChannelMode(QProcess::ForwardedChannels);
    child.start(QCoreApplication::applicationFilePath(),
                QStringList{QStringLiteral("--scale"), QString::fromLatin1(screen.scale),
                            QStringLiteral("--width"), QString::number(screen.pixels.width()),
                            QStringLiteral("--height"), QString::number(screen.pixels.height())} +
                    arguments);
    if (!child.waitForFinished(-1) || child.exitCode() != 0) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace ibot::ui

int main(int argc, char** argv) {
  using ibot::ui::ThemeKind;
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
  QApplication::setApplicationName(QStringLiteral("ibot-workbench-tour"));
  QCommandLineParser parser;
  parser.setApplicationDescription(QStringLiteral("Saves a picture of every page in both themes."));
  parser.addHelpOption();
  parser.addOptions({{"workspace", "A workspace with runs", "folder"},
                     {"pictures", "A folder of pictures", "folder"},
                     {"recipe", "A recipe to be edited", "file"},
                     {"scale", "Only this scale: 1 or 2", "factor"},
                     {"width", "Pixels of the screen", "number", "1366"},
                     {"height", "Pixels of the screen", "number", "768"}});
  parser.addPositionalArgument(QStringLiteral("out"), QStringLiteral("Folder for the pictures"));
  parser.process(application);
  if (parser.positionalArguments().isEmpty()) parser.showHelp(2);
  if (!parser.isSet(QStringLiteral("scale"))) return ibot::ui::visit_screens(QApplication::arguments());

  ibot::ui::Tour tour;
  tour.out = parser.positionalArguments().front();
  tour.workspace = QDir(parser.value(QStringLiteral("workspace"))).absolutePath();
  tour.pictures = QDir(parser.value(QStringLiteral("pictures"))).absolutePath();
  tour.recipe = QFileInfo(parser.value(QStringLiteral("recipe"))).absoluteFilePath();
  tour.scale = parser.value(QStringLiteral("scale"));
  tour.pixels = {parser.value(QStringLiteral("width")).toInt(),
                 parser.value(QStringLiteral("height")).toInt()};
  if (!QDir().mkpath(tour.out)) {
    std::cerr << "error: cannot make the folder " << tour.out.toStdString() << "\n";
    return 5;
  }
  // A person's own settings are neither used nor changed.
  const QTemporaryDir settings;
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  ibot::ui::load_fonts();
  for (const ThemeKind theme : {ThemeKind::Dark, ThemeKind::Light}) {
    ibot::ui::visit_empty(tour, theme);
    if (parser.isSet(QStringLiteral("workspace"))) ibot::ui::visit_filled(tour, theme);
  }
  return 0;
}
