// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/shell/main_window.h>
#include <ui/shell/preferences.h>
#include <ui/shell/shortcut_list.h>
#include <ui/shell/shortcuts.h>
#include <ui/widgets/key_button.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QTest>
#include <QToolButton>
#include <map>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

class GuiShortcuts : public testing::Test {
 protected:
  GuiShortcuts() {
    clear_settings();
    open();
  }
  ~GuiShortcuts() override { clear_settings(); }
  void open() {
    window = std::make_unique<MainWindow>();
    window->resize(1366, 768);
    window->show();
    window->activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(window.get()));
  }
  template <class Widget>
  Widget* find(const QString& name) {
    auto* found = window->findChild<Widget*>(name);
    EXPECT_NE(found, nullptr) << name.toStdString();
    return found;
  }
  ShortcutList* list() {
    auto* all = find<ShortcutList>("shortcut_list");
    if (!all->isVisible()) find<QAction>("shortcuts")->trigger();
    return all;
  }
  // As a person does: the button, then the keys.
  void press(const QString& action, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    list();
    auto* button = find<KeyButton>("keys_" + action);
    button->setFocus();
    QTest::keyClick(button, Qt::Key_Space);
    ASSERT_TRUE(button->is_listening());
    QTest::keyClick(button, static_cast<Qt::Key>(key), modifiers);
    EXPECT_FALSE(button->is_listening());
  }
  QString keys(const QString& action) {
    return find<QAction>(action)->shortcut().toString(QKeySequence::PortableText);
  }
  std::string words() {
    auto* label = find<QLabel>("shortcut_words");
    return label->isVisible() ? label->text().toStdString() : std::string();
  }

  std::unique_ptr<MainWindow> window;
};

TEST_F(GuiShortcuts, NoTwoActionsShareKeysAtFirst) {
  const Shortcuts all(window->findChild<QMenuBar*>());
  std::map<QString, QString> seen;
  for (const Shortcuts::Entry& entry : all.entries()) {
    for (const QKeySequence& each : entry.standard) {
      const QString text = each.toString();
      EXPECT_EQ(seen.count(text), 0U) << text.toStdString() << " " << entry.name.toStdString();
      EXPECT_EQ(Shortcuts::refusal(each), QString()) << text.toStdString();
      seen[text] = entry.name;
    }
  }
  EXPECT_GT(seen.size(), 15U);
}

TEST_F(GuiShortcuts, AreChangedWhereTheyStandAndStay) {
  press("commands", Qt::Key_J, Qt::ControlModifier);
  EXPECT_EQ(keys("commands"), "Ctrl+J");
  EXPECT_EQ(find<KeyButton>("keys_commands")->text(), "Ctrl+J");
  EXPECT_TRUE(find<QToolButton>("reset_commands")->isVisible());
  EXPECT_FALSE(find<QToolButton>("reset_find")->isVisible());
  press("data", Qt::Key_F7);
  EXPECT_THAT(find<QToolButton>("rail_data")->toolTip().toStdString(), HasSubstr("(F7)"));

  window.reset();
  open();
  EXPECT_EQ(keys("commands"), "Ctrl+J");
  EXPECT_EQ(keys("data"), "F7");
  list();
  QTest::mouseClick(find<QToolButton>("reset_commands"), Qt::LeftButton);
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  EXPECT_EQ(keys("data"), "F7");
  QTest::mouseClick(find<QPushButton>("shortcut_reset_all"), Qt::LeftButton);
  EXPECT_EQ(keys("data"), "Alt+1");
  flush_settings();
  EXPECT_TRUE(QSettings().allKeys().filter("shortcuts/").isEmpty());
}

TEST_F(GuiShortcuts, SaysWhoHasTheKeysAndTakesThemOnlyWhenWanted) {
  press("find", Qt::Key_K, Qt::ControlModifier);
  EXPECT_THAT(words(), HasSubstr("Ctrl+K already starts \u201cAll Commands\u2026\u201d (Help)"));
  EXPECT_EQ(keys("find"), "Ctrl+F");
  QTest::mouseClick(find<QPushButton>("shortcut_leave"), Qt::LeftButton);
  EXPECT_EQ(keys("find"), "Ctrl+F");
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  EXPECT_EQ(words(), "");

  press("find", Qt::Key_K, Qt::ControlModifier);
  QTest::mouseClick(find<QPushButton>("shortcut_take"), Qt::LeftButton);
  EXPECT_EQ(keys("find"), "Ctrl+K");
  EXPECT_EQ(keys("commands"), "");
  window.reset();
  open();
  EXPECT_EQ(keys("find"), "Ctrl+K");
  EXPECT_EQ(keys("commands"), "");
  list();
  // Its standard is taken now: going back to it takes it from there, and says so first.
  QTest::mouseClick(find<QToolButton>("reset_commands"), Qt::LeftButton);
  EXPECT_THAT(words(), HasSubstr("Find"));
  QTest::mouseClick(find<QPushButton>("shortcut_take"), Qt::LeftButton);
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  EXPECT_EQ(keys("find"), "");
}

TEST_F(GuiShortcuts, RefusesWhatTypingNeeds) {
  press("commands", Qt::Key_K);
  EXPECT_THAT(words(), HasSubstr("K alone is needed for typing"));
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  press("commands", Qt::Key_Tab);
  EXPECT_THAT(words(), HasSubstr("from field to field"));
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  press("commands", Qt::Key_Escape);
  EXPECT_EQ(keys("commands"), "Ctrl+K");
  EXPECT_TRUE(list()->isVisible()) << "Esc leaves the field, not the list";
  press("commands", Qt::Key_Backspace);
  EXPECT_EQ(keys("commands"), "");
  EXPECT_EQ(find<KeyButton>("keys_commands")->text(), "none");
}

TEST_F(GuiShortcuts, GivesKeysToAnActionThatHasNone) {
  list();
  EXPECT_EQ(window->findChild<KeyButton*>("keys_about"), nullptr);
  find<QCheckBox>("shortcut_all")->setChecked(true);
  press("about", Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
  EXPECT_EQ(keys("about"), "Ctrl+Alt+A");
  find<QCheckBox>("shortcut_all")->setChecked(false);
  EXPECT_NE(window->findChild<KeyButton*>("keys_about"), nullptr);
}

TEST_F(GuiShortcuts, KeysOfAnEarlierVersionAreLookedAt) {
  write_setting("shortcuts/commands", QStringList{"K", "Ctrl+F", "Ctrl+Y, Ctrl+Z", "Ctrl+J"});
  write_setting("shortcuts/no_such_action", QStringList{"Ctrl+L"});
  window.reset();
  open();
  EXPECT_EQ(find<QAction>("commands")->shortcuts(), QList<QKeySequence>{QKeySequence("Ctrl+J")});
}

TEST_F(GuiShortcuts, AreReachedFromThePreferences) {
  find<QAction>("preferences")->trigger();
  QTest::mouseClick(find<QPushButton>("preferences_shortcuts"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return find<ShortcutList>("shortcut_list")->isVisible(); }));
}

}  // namespace
}  // namespace ibot::ui
