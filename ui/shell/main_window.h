// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rail.h"

#include <ibot/record/merge.h>

#include <ui/bridge/inspector.h>
#include <ui/bridge/record.h>

#include <QMainWindow>
#include <functional>
#include <map>
#include <set>

class QAction;
class QLabel;
class QMenu;
class QStackedWidget;
class QUndoGroup;

namespace ibot::data {
struct DataOptions;
}

namespace ibot::ui {

class Banner;
class BundleBar;
class Demo;
struct DemoRequest;
class CommandPalette;
class ComparePage;
class ConfigurePage;
class DataPage;
class DropOverlay;
class ExportPage;
class InspectorDock;
class LookPage;
class PluginManager;
class QueueActions;
class SceneDrawing;
class ShortcutList;
class Shortcuts;
class StudyFiles;
struct StudyChoice;
struct DropPlan;
class CheckPage;
class CommandPalette;
class ConfigurePage;
class RunActions;
class StatusLine;
class StopBanner;
class TrainPage;
class WelcomePage;

/// The window: rail, header, page, status line. Everything it knows of runs comes from the record.
class MainWindow final : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  void open_workspace(const QString& folder);
  void open_pictures(const QString& path);
  void open_recipe(const QString& file);
  /// The demo: its workspace at once, a fresh run as soon as there are pictures.
  void open_demo(const DemoRequest& request);
  const Demo* demo() const { return demo_; }
  void show_page(Page page);
  Page page() const { return page_; }
  Record& record() { return record_; }
  InspectorDock& inspector_dock() { return *dock_; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void make_pages();
  void make_menus();
  void make_file_menu();
  void make_edit_menu();
  void make_view_menu();
  void make_compare_menu();
  void make_bundle_actions(QMenu* file);
  void make_study_actions(QMenu* compare);
  void refresh_study_actions();
  void make_help_menu();
  void refresh_recent_menu();
  void make_run_menu();
  void make_inspector_action(QMenu* view);
  QAction* add_action(QMenu* menu, const char* name, const QString& text, const QKeySequence& shortcut,
                      const std::function<void()>& handler);
  /// Which actions make sense now; those that do not say why in their tooltip.
  void refresh_actions();
  /// Keys stand in the menus, and where a text names them.
  void refresh_keys();
  QWidget* make_header();
  void connect_check();
  void connect_compare();
  void add_to_comparison(const QStringList& runs);
  void connect_bundles();
  /// What Export Bundle and Write Report are about.
  StudyChoice chosen_study() const;
  void ask_for_merge_target();
  void say_what_was_merged(const QString& bundle, const record::MergeReport& report);
  void start_run();
  /// The run on the Train page, in its workspace.
  void show_run(const QString& workspace, const QString& run);
  void ask_for_workspace();
  void workspace_opened(const QString& folder, const QString& mode);
  void show_first_page();
  void connect_banner();
  void connect_scenes();
  /// Draws built-in scenes with how far it is in the banner; then pages look again.
  void draw_scenes(const data::DataOptions& scenes);
  /// `about` as in banner_topics.h; empty: what was not read or written.
  void show_problem(const RecordProblem& problem, const QString& about = {});
  /// That the workspace is gone matters more, and so does the way back: whether this stands behind it now.
  bool stands_behind_gone(const QString& sentence);
  /// Says once of each run whose trainer is gone that it is, until a trainer holds it again.
  void say_who_died(const QStringList& runs);
  /// Of runs that were to be put into the trash: they wait in the queue.
  void say_who_waits(const QStringList& runs);
  /// Says once of each run that is looked at which of its plugins are not here.
  void say_what_is_missing(const RunDetailsPtr& details);
  void refresh_title();
  void remember(const QString& folder);
  void forget(const QString& folder);
  void use_pictures(const QString& path, const QString& kind);
  void carry_out(const DropPlan& plan);
  void remember_places() const;
  /// Asks once whether the demo's run should go on without the window; true: the window may close.
  bool may_close();
  void show_preferences();
  void show_about();

  Record record_;
  Inspector inspection_;
  Page page_ = Page::Welcome;
  Page first_page_ = Page::Train;  ///< of the workspace that is being opened
  Rail* rail_;
  QStackedWidget* pages_;
  WelcomePage* welcome_;
  ConfigurePage* configure_;
  CheckPage* check_;
  TrainPage* train_;
  LookPage* look_;
  ComparePage* compare_;
  ExportPage* export_;
  StatusLine* status_;
  QLabel* place_;
  QLabel* palette_hint_;
  Banner* banner_;
  BundleBar* bundle_;
  StudyFiles* study_files_;
  SceneDrawing* scenes_;
  DataPage* data_;
  DropOverlay* drop_;
  PluginManager* plugins_;
  ShortcutList* shortcut_list_;
  Shortcuts* shortcuts_ = nullptr;
  QMenu* recent_ = nullptr;
  QAction* find_ = nullptr;
  QAction* light_ = nullptr;
  QString wanted_folder_;         ///< what was asked for last, for trying again
  std::set<QString> dead_;        ///< runs of which was said that their trainer is gone
  QStringList waiting_;           ///< runs of which was said that they wait in the queue
  std::set<QString> incomplete_;  ///< runs of which was said that a plugin is missing
  std::map<Page, QWidget*> widgets_;
  CommandPalette* palette_;
  InspectorDock* dock_;
  QUndoGroup* undo_;
  QAction* fold_ = nullptr;
  RunActions* run_actions_;
  QueueActions* queue_;
  StopBanner* stopping_;
  Demo* demo_ = nullptr;
  bool asked_ = false;  ///< about the demo's run
  QAction* pause_ = nullptr;
  QAction* stop_ = nullptr;
  QAction* stop_now_ = nullptr;
  QAction* save_ = nullptr;
  QAction* export_bundle_ = nullptr;
  QAction* write_report_ = nullptr;
};

}  // namespace ibot::ui
