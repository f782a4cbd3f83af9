// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/forms/form.h>
#include <ui/shell/drop.h>
#include <ui/shell/inspector_dock.h>
#include <ui/shell/main_window.h>
#include <ui/shell/preferences.h>
#include <ui/shell/settings.h>
#include <ui/shell/shortcut_list.h>
#include <ui/style/theme.h>
#include <ui/views/configure_page.h>
#include <ui/views/data_page.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/key_button.h>
#include <ui/widgets/setting.h>
#include <unistd.h>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTest>
#include <QToolButton>
#include <QUrl>
#include <filesystem>
#include <fstream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

class GuiShell : public testing::Test {
 protected:
  GuiShell() {
    window.resize(1366, 768);
    window.show();
    window.activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = window.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  Banner& banner() { return *find<Banner>("banner"); }
  std::string banner_text() { return banner().text().toStdString(); }
  QStringList banner_actions() {
    QStringList texts;
    for (const auto* button : banner().findChildren<QPushButton*>()) {
      if (button->isVisible()) texts << button->text();
    }
    return texts;
  }
  void press_in_banner(const QString& text) {
    for (auto* button : banner().findChildren<QPushButton*>()) {
      if (button->text() == text && button->isVisible()) return QTest::mouseClick(button, Qt::LeftButton);
    }
    FAIL() << text.toStdString();
  }

  WorkspaceFixture f;
  MainWindow window;
};

TEST_F(GuiShell, TheInspectorFoldsAndRemembers) {
  InspectorDock& dock = window.inspector_dock();
  window.show_page(Page::Data);
  ASSERT_TRUE(dock.isVisible());
  QTest::keyClick(&window, Qt::Key_Period, Qt::ControlModifier);
  EXPECT_FALSE(dock.isVisible());
  EXPECT_FALSE(InspectorDock().is_wanted()) << "a later start";
  find<QAction>("show_inspector")->trigger();
  EXPECT_TRUE(dock.isVisible());
  QTest::mouseClick(find<QToolButton>("inspector_fold"), Qt::LeftButton);
  EXPECT_FALSE(dock.isVisible());
  EXPECT_FALSE(find<QAction>("show_inspector")->isChecked());
  dock.set_wanted(true);
  // A page that has nothing for it gets its room, and the action says why it is off.
  window.show_page(Page::Export);
  EXPECT_FALSE(dock.isVisible());
  EXPECT_FALSE(find<QAction>("show_inspector")->isEnabled());
  EXPECT_FALSE(find<QAction>("show_inspector")->toolTip().isEmpty());
  window.show_page(Page::Data);
  EXPECT_TRUE(dock.isVisible());
  window.resize(800, 600);
  EXPECT_TRUE(wait_until([&] { return !dock.isVisible(); })) << "a narrow window is for the page";
}

TEST_F(GuiShell, UndoGoesToThePageThatIsShown) {
  window.show_page(Page::Configure);
  Configuration& recipe = window.findChild<ConfigurePage*>()->configuration();
  const std::string before = recipe.text();
  EXPECT_FALSE(find<QAction>("undo")->isEnabled());
  EXPECT_FALSE(find<QAction>("undo")->toolTip().isEmpty());
  recipe.set_value("name", "renamed");
  ASSERT_TRUE(find<QAction>("undo")->isEnabled());
  window.show_page(Page::Data);
  EXPECT_FALSE(find<QAction>("undo")->isEnabled()) << "nothing of this page can be undone";
  window.show_page(Page::Configure);
  find<QAction>("undo")->trigger();
  EXPECT_EQ(recipe.text(), before);
  find<QAction>("redo")->trigger();
  EXPECT_NE(recipe.text(), before);
}

TEST_F(GuiShell, FindLeadsToThePagesSearchField) {
  window.show_page(Page::Configure);
  window.activateWindow();
  find<QAction>("find")->trigger();
  EXPECT_EQ(window.focusWidget(), find<QLineEdit>("parameter_search"));
  window.show_page(Page::Data);
  EXPECT_FALSE(find<QAction>("find")->isEnabled());
}

TEST_F(GuiShell, ListsItsShortcuts) {
  find<QAction>("shortcuts")->trigger();
  auto* list = find<ShortcutList>("shortcut_list");
  ASSERT_TRUE(list->isVisible());
  QStringList texts;
  for (const auto* keys : list->findChildren<KeyButton*>()) texts << keys->text();
  EXPECT_TRUE(texts.contains(QStringLiteral("Ctrl+K")));
  EXPECT_TRUE(texts.contains(QStringLiteral("Ctrl+.")));
  EXPECT_TRUE(texts.contains(QStringLiteral("Alt+1")));
  EXPECT_LE(list->height(), window.height());
  list->close();
}

TEST_F(GuiShell, PreferencesTakeEffectAtOnceAndStay) {
  find<QAction>("preferences")->trigger();
  auto* preferences = find<Preferences>("preferences");
  preferences->findChild<QComboBox*>(QStringLiteral("preferences_theme"))->setCurrentIndex(2);
  EXPECT_EQ(Theme::instance().kind(), ThemeKind::Light);
  EXPECT_TRUE(find<QAction>("light_theme")->isChecked());
  preferences->findChild<QSpinBox*>(QStringLiteral("preferences_font"))->setValue(17);
  EXPECT_EQ(find<QPlainTextEdit>("yaml")->font().pixelSize(), 17);
  preferences->findChild<QCheckBox*>(QStringLiteral("preferences_motion"))->setChecked(true);
  EXPECT_FALSE(window.isAnimated());
  preferences->close();
  EXPECT_EQ(theme_choice(), ThemeChoice::Light);
  EXPECT_EQ(editor_font_size(), 17);
  EXPECT_TRUE(reduced_motion());
  clear_settings();
  apply_settings();
  EXPECT_EQ(Theme::instance().kind(), ThemeKind::Dark);
}

TEST_F(GuiShell, ItsTitleTellsHowFarTheRunIs) {
  f.start("r1", "nightly", 400);
  f.write("r1", "loss", 1, 100, [](auto) { return 1.0; });
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.windowTitle().startsWith("25 % nightly"); }));
  f.store.set_state("r1", record::State::Stopped).value();
  EXPECT_TRUE(wait_until([&] { return window.windowTitle().startsWith("workspace"); }));
}

// Drops.

TEST(GuiDrop, IsPlannedBeforeItHappens) {
  WorkspaceFixture f;
  const auto plan = [](const std::filesystem::path& path) {
    return plan_drop({QString::fromStdString(path.string())});
  };
  EXPECT_EQ(plan_drop({f.folder()}).kind, DropPlan::Kind::OpenWorkspace);
  EXPECT_EQ(plan(f.dir.path()).kind, DropPlan::Kind::LookAtPictures);
  std::ofstream(f.dir / "recipe.yaml") << "name: x\n";
  std::ofstream(f.dir / "list.csv") << "path\n";
  std::ofstream(f.dir / "one.jpeg") << "x";
  std::ofstream(f.dir / "words.txt") << "x";
  EXPECT_EQ(plan(f.dir / "recipe.yaml").kind, DropPlan::Kind::EditRecipe);
  EXPECT_EQ(plan(f.dir / "list.csv").kind, DropPlan::Kind::LookAtPictures);
  EXPECT_EQ(plan(f.dir / "one.jpeg").path.toStdString(), f.dir.path().string()) << "its folder";
  const DropPlan refused = plan(f.dir / "words.txt");
  EXPECT_EQ(refused.kind, DropPlan::Kind::Nothing);
  EXPECT_THAT(refused.sentence.toStdString(),
              HasSubstr("words.txt is nothing that can be used here. Drop a folder"));
  EXPECT_EQ(plan(f.dir / "nowhere").kind, DropPlan::Kind::Nothing);
  EXPECT_EQ(plan_drop({}).kind, DropPlan::Kind::Nothing);
  EXPECT_EQ(plan_drop({f.folder(), f.folder()}).kind, DropPlan::Kind::Nothing);
}

TEST_F(GuiShell, SaysWhatADropWillDoAndDoesIt) {
  const auto drag = [&](QWidget* onto, const QString& path, bool wait) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    data.setText(path);
    auto* overlay = find<DropOverlay>("drop_overlay");
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(onto, &enter);
    EXPECT_TRUE(overlay->isVisible());
    EXPECT_TRUE(wait_until([&] { return !wait || !overlay->plan().sentence.isEmpty(); }));
    QDropEvent drop({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(onto, &drop);
    EXPECT_TRUE(wait_until([&] { return !overlay->isVisible(); }));
  };
  std::ofstream(f.dir / "mine.yaml") << "name: mine\n";
  // Also over a text field, which would take the path for text.
  window.show_page(Page::Configure);
  drag(find<QPlainTextEdit>("yaml")->viewport(), QString::fromStdString((f.dir / "mine.yaml").string()),
       true);
  EXPECT_EQ(window.findChild<ConfigurePage*>()->configuration().text(), "name: mine\n");
  std::ofstream(f.dir / "words.txt") << "x";
  drag(&window, QString::fromStdString((f.dir / "words.txt").string()), true);
  EXPECT_THAT(banner_text(), HasSubstr("nothing that can be used here"));
  // Dropped before it was known what it is.
  drag(&window, f.folder(), false);
  EXPECT_TRUE(wait_until([&] { return window.record().folder() == f.folder(); }));
}

// Bad workspaces: words and something to do.

TEST_F(GuiShell, AWorkspaceThatMovesAwayIsSaidToBeGone) {
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return !window.record().folder().isEmpty(); }));
  std::filesystem::rename(f.dir / "workspace", f.dir / "moved");
  ASSERT_TRUE(wait_until([&] { return banner().isVisible(); }));
  EXPECT_THAT(banner_text(), HasSubstr("is gone: it was moved or deleted"));
  EXPECT_TRUE(banner_actions().contains(QStringLiteral("Say where it is…")));
  std::filesystem::rename(f.dir / "moved", f.dir / "workspace");
  press_in_banner(QStringLiteral("Try again"));
  EXPECT_TRUE(wait_until([&] { return window.record().folder() == f.folder(); }));
  EXPECT_FALSE(banner().isVisible());
}

TEST_F(GuiShell, ADamagedRecordIsSaidToBeDamaged) {
  std::filesystem::create_directory(f.dir / "damaged");
  std::ofstream(f.dir / "damaged" / "record.sqlite") << std::string(4096, 'x');
  window.open_workspace(QString::fromStdString((f.dir / "damaged").string()));
  ASSERT_TRUE(wait_until([&] { return banner().isVisible(); }));
  EXPECT_FALSE(banner_text().empty());
  EXPECT_TRUE(banner_actions().contains(QStringLiteral("Open another…")));
  EXPECT_TRUE(window.record().folder().isEmpty());
}

TEST_F(GuiShell, ATrainerThatDiedIsNamedOnce) {
  f.create("r1", "nightly");
  // A process that is gone: the number of one that was never there.
  record::ProcessIdentity gone = record::current_process();
  gone.pid = 0x3ffffff0;
  f.store.claim_run("r1", gone).value();
  f.store.set_state("r1", record::State::Running).value();
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return banner().isVisible(); }));
  EXPECT_THAT(banner_text(), HasSubstr("The trainer of nightly is gone"));
  window.show_page(Page::Data);
  press_in_banner(QStringLiteral("Show it"));
  EXPECT_EQ(window.page(), Page::Train);
  banner().hide();
  f.create("r2", "another");
  ASSERT_TRUE(wait_until([&] { return window.record().run("r2") != nullptr; }));
  EXPECT_FALSE(banner().isVisible());
}

// Everybody can use it: names for screen readers, the keyboard, and reasons.

bool is_interactive(const QWidget* widget) {
  // What belongs to a larger control is reached through it.
  for (const QWidget* up = widget->parentWidget(); up != nullptr; up = up->parentWidget()) {
    if (qobject_cast<const QComboBox*>(up) || qobject_cast<const QAbstractSpinBox*>(up) ||
        qobject_cast<const QAbstractItemView*>(up) || qobject_cast<const QLineEdit*>(up) ||
        qobject_cast<const QMenuBar*>(up))
      return false;
  }
  const bool known =
      qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
      qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
      qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
      qobject_cast<const QAbstractSlider*>(widget);
  // What paints itself and takes the keyboard is a control too. Areas and bars only scroll what is in them.
  const bool own = (widget->focusPolicy() & Qt::TabFocus) && !qobject_cast<const QScrollArea*>(widget) &&
                   widget->metaObject()->className() != std::string("QWidget");
  return (known || own) && !qobject_cast<const QScrollBar*>(widget);
}

std::string describe(const QWidget* widget) {
  std::string path;
  for (const QWidget* up = widget; up != nullptr; up = up->parentWidget())
    path += std::string(up->metaObject()->className()) + "(" + up->objectName().toStdString() + ") < ";
  return path;
}

void expect_usable(QWidget* root) {
  int seen = 0;
  for (QWidget* widget : root->findChildren<QWidget*>()) {
    if (!widget->isVisibleTo(root) || !is_interactive(widget)) continue;
    ++seen;
    QString name = widget->accessibleName();
    if (const auto* button = qobject_cast<QAbstractButton*>(widget); button && name.isEmpty())
      name = button->text();
    EXPECT_FALSE(name.isEmpty()) << describe(widget) << " has no name";
    // Tab leads to one button of a group, and the arrow keys to the others.
    const auto* grouped = qobject_cast<QAbstractButton*>(widget);
    const bool by_arrows = grouped != nullptr && grouped->group() != nullptr;
    EXPECT_TRUE(by_arrows || (widget->focusPolicy() & Qt::TabFocus))
        << describe(widget) << " cannot be reached by Tab";
    if (!widget->isEnabled()) {
      EXPECT_FALSE(widget->toolTip().isEmpty()) << describe(widget) << " does not say why it is off";
    }
  }
  EXPECT_GT(seen, 0) << describe(root);
}

TEST_F(GuiShell, EveryPageIsUsableWithoutAMouse) {
  f.start("r1", "nightly", 400);
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().run("r1") != nullptr; }));
  for (const PageInfo& info : rail_pages()) {
    SCOPED_TRACE(info.title);
    window.show_page(info.page);
    QCoreApplication::processEvents();
    expect_usable(&window);
  }
  window.show_page(Page::Welcome);
  expect_usable(&window);
}

TEST_F(GuiShell, EveryDialogIsUsableWithoutAMouse) {
  f.create("r1", "nightly", 400);
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().run("r1") != nullptr; }));
  for (const char* action : {"queue", "matrix", "plugin_manager_action", "preferences", "shortcuts"}) {
    SCOPED_TRACE(action);
    find<QAction>(action)->trigger();
    QCoreApplication::processEvents();
    QDialog* dialog = nullptr;
    for (QWidget* top : QApplication::topLevelWidgets()) {
      if (top->isVisible() && qobject_cast<QDialog*>(top) != nullptr) dialog = qobject_cast<QDialog*>(top);
    }
    ASSERT_NE(dialog, nullptr);
    expect_usable(dialog);
    dialog->close();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }
}

// Every action of a menu, and of the menus in it.
void expect_reachable(const QMenu* menu, int& seen) {
  for (const QAction* action : menu->actions()) {
    if (action->isSeparator()) continue;
    if (action->menu() != nullptr) {
      expect_reachable(action->menu(), seen);
      continue;
    }
    ++seen;
    EXPECT_FALSE(action->text().isEmpty()) << menu->title().toStdString();
    // The list of shortcuts and settings know it by its name; entries made anew each time have none.
    if (action->isEnabled()) continue;
    // Qt makes a tooltip of the text itself where there is none.
    QString text = action->text();
    EXPECT_NE(action->toolTip(), text.remove(QLatin1Char('&')))
        << text.toStdString() << " does not say why it is off";
    EXPECT_TRUE(menu->toolTipsVisible()) << menu->title().toStdString() << " hides its reasons";
  }
}

TEST_F(GuiShell, EveryActionIsReachedByKeyboardAndSaysWhyItIsOff) {
  int seen = 0;
  QSet<QChar> keys;
  for (const QAction* menu : window.menuBar()->actions()) {
    const QString title = menu->text();
    const qsizetype at = title.indexOf(QLatin1Char('&'));
    ASSERT_GE(at, 0) << title.toStdString() << " cannot be opened by Alt and a letter";
    EXPECT_FALSE(keys.contains(title[at + 1].toLower())) << title.toStdString();
    keys.insert(title[at + 1].toLower());
    expect_reachable(menu->menu(), seen);
  }
  EXPECT_GT(seen, 30);
}

// 1366 x 768 at 200 %.
TEST_F(GuiShell, PagesOfASmallScreenScrollInOneDirection) {
  f.start("r1", "nightly", 400);
  window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return window.record().run("r1") != nullptr; }));
  window.resize(683, 384);
  auto* pages = window.centralWidget()->findChild<QStackedWidget*>();
  for (const Page page : {Page::Welcome, Page::Data, Page::Configure, Page::Check, Page::Train}) {
    window.show_page(page);
    const auto* area = qobject_cast<QScrollArea*>(pages->currentWidget());
    ASSERT_NE(area, nullptr);
    EXPECT_TRUE(wait_until([&] { return area->horizontalScrollBar()->maximum() == 0; }))
        << static_cast<int>(page) << " is " << area->widget()->width() << " px wide for "
        << area->viewport()->width();
  }
  // The form has most of the page, and gives its place to the text.
  window.show_page(Page::Configure);
  auto* form = window.findChild<ConfigurePage*>();
  const QWidget* fields = &form->form();
  const auto* text = find<QWidget>("yaml");
  EXPECT_TRUE(wait_until([&] { return fields->isVisible() && fields->height() >= 150; })) << fields->height();
  EXPECT_FALSE(text->isVisible());
  QTest::mouseClick(find<QPushButton>("configure_turn"), Qt::LeftButton);
  EXPECT_TRUE(text->isVisible());
  EXPECT_FALSE(fields->isVisible());
  form->reveal(QStringLiteral("mask.ratio"));
  EXPECT_TRUE(fields->isVisible());
  window.resize(1366, 768);
  EXPECT_TRUE(wait_until([&] { return fields->isVisible() && text->isVisible(); }));
}

TEST_F(GuiShell, FitsASmallScreen) {
  // 1366 x 768 at 200 %.
  window.resize(683, 384);
  for (const PageInfo& info : rail_pages()) {
    window.show_page(info.page);
    QCoreApplication::processEvents();
    EXPECT_LE(window.width(), 683) << info.title;
    EXPECT_LE(window.height(), 384) << info.title;
    for (const PageInfo& other : rail_pages()) {
      const auto* button = find<QToolButton>((std::string("rail_") + other.icon).c_str());
      const QRect place(button->mapTo(&window, QPoint(0, 0)), button->size());
      EXPECT_TRUE(window.rect().contains(place)) << other.title;
    }
  }
}

}  // namespace
}  // namespace ibot::ui
