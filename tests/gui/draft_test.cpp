// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe that is being edited is not lost: not by choosing another, not by closing the window, and not by
// a mistake in its text.
#include "../unit/data/data_files.h"
#include "screenshots.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/views/configure_page.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <fstream>
#include <map>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::click;
using gui_test::type_into;
using gui_test::wait_until;
using gui_test::WindowFixture;
using testing::HasSubstr;
using testing::Not;

class GuiDraft : public testing::Test {
 protected:
  GuiDraft() {
    clear_settings();
    std::ofstream(dir / "mine.yaml") << "name: mine\nmask:\n  plugin: block\n  ratio: [0.3]\n";
    std::ofstream(dir / "other.yaml") << "name: other\ndata:\n  path: /nowhere/at/all\n";
    open_window();
  }
  void open_window() {
    w.reset();
    w = std::make_unique<WindowFixture>();
    w->window.show_page(Page::Configure);
  }
  template <class Widget>
  Widget* find(const QString& name) {
    return w->find<Widget>(name);
  }
  QString path(const char* name) { return QString::fromStdString((dir / name).string()); }
  ConfigurePage& page() { return *w->window.findChild<ConfigurePage*>(); }
  Configuration& recipe() { return page().configuration(); }
  QWidget* field(const std::string& key) {
    FieldRow* row = page().form().row(key);
    EXPECT_NE(row, nullptr) << key;
    return row == nullptr ? nullptr : row->control();
  }
  std::string state() { return find<QLabel>("configure_state")->text().toStdString(); }
  QPushButton* button(const QString& text) {
    for (auto* each : page().findChildren<QPushButton*>()) {
      if (each->text() == text) return each;
    }
    ADD_FAILURE() << text.toStdString();
    return nullptr;
  }
  void type_at_the_end_of_the_text(const QString& text) {
    auto* yaml = find<QPlainTextEdit>("yaml");
    yaml->setFocus();
    yaml->moveCursor(QTextCursor::End);
    QTest::keyClicks(yaml, text);
  }

  test::TempDir dir;
  std::unique_ptr<WindowFixture> w;
};

TEST_F(GuiDraft, IsThereAgainWhenTheWindowIsOpenedAgain) {
  w->window.open_recipe(path("mine.yaml"));
  type_into(field("seed"), "5");
  // What was typed a moment before the window goes is not forgotten either.
  type_at_the_end_of_the_text("# later");
  w->window.close();
  open_window();
  EXPECT_THAT(recipe().text(), HasSubstr("seed: 5"));
  EXPECT_THAT(recipe().text(), HasSubstr("# later"));
  EXPECT_EQ(recipe().file(), dir / "mine.yaml");
  EXPECT_TRUE(recipe().is_changed());
  EXPECT_TRUE(recipe().is_edited("seed"));
  EXPECT_FALSE(recipe().is_edited("name"));
  EXPECT_EQ(find<QComboBox>("recipes")->currentText(), "mine");
  EXPECT_THAT(state(), HasSubstr("changed"));
  EXPECT_FALSE(button("Undo")->isEnabled()) << "what was done before is not undone any more";
}

TEST_F(GuiDraft, AFileThatWasOnlyOpenedIsReadAnew) {
  w->window.open_recipe(path("mine.yaml"));
  w->window.close();
  std::ofstream(dir / "mine.yaml") << "name: from elsewhere\n";
  open_window();
  EXPECT_EQ(recipe().text(), "name: from elsewhere\n");
  EXPECT_FALSE(recipe().is_changed());
  // An edit stays beside what others wrote, and differs from it.
  type_into(field("seed"), "5");
  w->window.close();
  std::ofstream(dir / "mine.yaml") << "name: once more\n";
  open_window();
  EXPECT_THAT(recipe().text(), HasSubstr("from elsewhere"));
  EXPECT_TRUE(recipe().is_edited("name"));
  std::filesystem::remove(dir / "mine.yaml");
  w->window.close();
  open_window();
  EXPECT_THAT(recipe().text(), HasSubstr("seed: 5")) << "its file is gone, the edit is not";
}

TEST_F(GuiDraft, AnotherRecipeIsOneStepOfUndo) {
  w->window.open_recipe(path("mine.yaml"));
  type_into(field("seed"), "5");
  const Draft before = recipe().draft();
  auto* recipes = find<QComboBox>("recipes");
  const int small = recipes->findText("small_32px");
  ASSERT_GE(small, 0);
  recipes->setFocus();
  recipes->setCurrentIndex(small);
  Q_EMIT recipes->activated(small);
  ASSERT_THAT(recipe().text(), HasSubstr("name: small pictures"));
  EXPECT_FALSE(recipe().is_changed());
  QTest::keyClick(recipes, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(recipe().draft(), before);
  EXPECT_TRUE(recipe().is_edited("seed"));
  EXPECT_EQ(recipes->currentText(), "mine");
  QTest::keyClick(recipes, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_THAT(recipe().text(), Not(HasSubstr("seed"))) << "and the steps before it are there still";
  find<QAction>("redo")->trigger();
  find<QAction>("redo")->trigger();
  EXPECT_THAT(recipe().text(), HasSubstr("name: small pictures"));
  EXPECT_EQ(recipes->currentText(), "small_32px");
  // So is one that is opened from a file, and one that a run was made of.
  w->window.open_recipe(path("other.yaml"));
  EXPECT_EQ(recipes->currentText(), "other");
  page().open_text("run", "name: recorded\n");
  EXPECT_EQ(recipes->currentText(), "run, as recorded");
  find<QAction>("undo")->trigger();
  EXPECT_EQ(recipes->currentText(), "other");
  EXPECT_EQ(recipes->findText("run, as recorded"), -1);
  find<QAction>("redo")->trigger();
  EXPECT_EQ(recipes->currentText(), "run, as recorded");
}

TEST_F(GuiDraft, ChosenPicturesGoWithOneToAnotherRecipe) {
  data::test::put_picture(dir / "pictures/cat/1.png", 8, 8, {1, 2, 3});
  data::test::put_picture(dir / "pictures/dog/1.png", 8, 8, {1, 2, 3});
  w->window.open_recipe(path("mine.yaml"));
  w->window.open_pictures(path("pictures"));
  ASSERT_TRUE(wait_until([&] { return find<QPushButton>("data_use")->isEnabled(); }));
  click(find<QPushButton>("data_use"));
  EXPECT_TRUE(button("Undo")->isEnabled()) << "it follows at once";
  const Draft before = recipe().draft();
  const auto reads_them = [&] {
    const auto& plan = recipe().result().plan;
    return plan && plan->data().path == (dir / "pictures").string() && plan->data().kind == "folder";
  };
  ASSERT_TRUE(reads_them());
  w->window.open_recipe(path("other.yaml"));
  EXPECT_TRUE(reads_them()) << recipe().text();
  EXPECT_TRUE(recipe().is_edited("data.path"));
  EXPECT_THAT(state(), HasSubstr("with the pictures chosen on Data"));
  gui_test::save_screenshots(w->window, "configure_carried");
  recipe().reset("data.path");
  EXPECT_THAT(recipe().text(), HasSubstr("/nowhere/at/all"));
  EXPECT_THAT(state(), Not(HasSubstr("with the pictures")));
  find<QAction>("undo")->trigger();
  find<QAction>("undo")->trigger();
  EXPECT_EQ(recipe().draft(), before) << "recipe and pictures are one step";
  // Also after the window was closed; not once the recipe reads others.
  w->window.close();
  open_window();
  w->window.open_recipe(path("other.yaml"));
  EXPECT_TRUE(reads_them());
  recipe().reset("data.path");
  w->window.open_recipe(path("mine.yaml"));
  EXPECT_FALSE(reads_them());
}

TEST_F(GuiDraft, AMistakeInTheTextIsUndoneByTheKeys) {
  w->window.open_recipe(path("mine.yaml"));
  type_at_the_end_of_the_text("seed: 5");
  auto* yaml = find<QPlainTextEdit>("yaml");
  QTest::keyClick(yaml, Qt::Key_Return);
  ASSERT_TRUE(wait_until([&] { return recipe().text() == yaml->toPlainText().toStdString(); }));
  const std::string sound = recipe().text();
  QTest::keyClicks(yaml, ": ]");
  QTest::keyClick(yaml, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(recipe().text(), sound) << "before the typing rested";
  EXPECT_EQ(yaml->toPlainText().toStdString(), sound);
  QTest::keyClicks(yaml, ": ]");
  ASSERT_TRUE(wait_until([&] { return !recipe().is_readable(); }));
  gui_test::save_screenshots(w->window, "configure_mend");
  QTest::keyClicks(yaml, "]]");
  ASSERT_TRUE(wait_until([&] { return recipe().text() == yaml->toPlainText().toStdString(); }));
  ASSERT_TRUE(button("Undo")->isEnabled());
  QTest::keyClick(yaml, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(recipe().text(), sound) << "the mistake alone, not all that was typed";
  QTest::keyClick(yaml, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_FALSE(recipe().is_readable());
  click(button("Undo"));
  EXPECT_EQ(yaml->toPlainText().toStdString(), sound);
}

TEST_F(GuiDraft, TheKeysOfUndoInAFieldAreTheRecipes) {
  w->window.open_recipe(path("mine.yaml"));
  auto* seed = qobject_cast<QLineEdit*>(field("seed"));
  const QString before = seed->text();
  type_into(seed, "57");
  QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_FALSE(recipe().is_changed());
  EXPECT_EQ(seed->text(), before) << "also while it has the keyboard";
  QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(seed->text(), "57");
  // What was refused stays to be mended, until it is undone.
  type_into(field("mask.ratio"), "[2]");
  auto* ratio = qobject_cast<QLineEdit*>(field("mask.ratio"));
  EXPECT_EQ(ratio->text(), "[2]");
  find<QAction>("undo")->trigger();
  EXPECT_EQ(ratio->text(), "[0.3]");
  // The keyboard is still in a field when another recipe is opened by the menu.
  const Draft mine = recipe().draft();
  w->window.open_recipe(path("other.yaml"));
  field("name")->setFocus();
  QTest::keyClick(field("name"), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(recipe().draft(), mine);
}

TEST_F(GuiDraft, UndoAndRedoFollowAtOnce) {
  w->window.open_recipe(path("mine.yaml"));
  find<QAction>("undo")->trigger();
  ASSERT_FALSE(button("Undo")->isEnabled());
  EXPECT_TRUE(button("Redo")->isEnabled());
  click(button("Redo"));
  EXPECT_FALSE(button("Redo")->isEnabled());
  EXPECT_TRUE(button("Undo")->isEnabled());
  click(button("Undo"));
  type_into(field("seed"), "7");
  EXPECT_TRUE(button("Undo")->isEnabled());
  EXPECT_FALSE(button("Redo")->isEnabled()) << "an edit ends what could be made again";
}

TEST_F(GuiDraft, TheKeyboardGoesThroughTheFormBeforeTheText) {
  w->window.open_recipe(path("mine.yaml"));
  const auto in_order = [&](const std::vector<QWidget*>& wanted) {
    std::map<const QWidget*, int> places;
    int count = 0;
    const QWidget* at = wanted.front();
    do {
      places[at] = count++;
      at = at->nextInFocusChain();
    } while (at != wanted.front());
    for (std::size_t i = 1; i < wanted.size(); ++i) {
      ASSERT_NE(wanted[i], nullptr) << i;
      EXPECT_LT(places.at(wanted[i - 1]), places.at(wanted[i]))
          << wanted[i - 1]->objectName().toStdString() << ", " << wanted[i]->objectName().toStdString();
    }
  };
  const auto search = [&] { return find<QLineEdit>("parameter_search"); };
  in_order({find<QComboBox>("recipes"), search(), field("name"), field("seed"), field("data.path"),
            find<QComboBox>("plugin_mask"), field("mask.ratio"), field("optimizer.lr"),
            find<QPlainTextEdit>("yaml"), find<QWidget>("laboratory_fold"), button("Undo"),
            find<QPushButton>("configure_check")});
  auto* choice = find<QComboBox>("plugin_mask");
  choice->setFocus();
  Q_EMIT choice->textActivated("random");
  ASSERT_TRUE(wait_until([&] { return recipe().text().find("random") != std::string::npos; }));
  in_order({find<QComboBox>("recipes"), search(), field("name"), field("data.path"),
            find<QComboBox>("plugin_mask"), field("mask.ratio"), field("optimizer.lr"),
            find<QPlainTextEdit>("yaml"), find<QWidget>("laboratory_fold"), button("Undo"),
            find<QPushButton>("configure_check")});
  EXPECT_TRUE(find<QComboBox>("plugin_mask")->hasFocus()) << "the form was made anew around it";
  // From the search to the first row that was found.
  type_into(search(), "ratio");
  QTest::keyClick(search(), Qt::Key_Tab);
  const auto* row = qobject_cast<FieldRow*>(w->window.focusWidget()->parentWidget());
  ASSERT_NE(row, nullptr) << w->window.focusWidget()->objectName().toStdString();
  EXPECT_THAT(row->key(), HasSubstr("ratio"));
}

TEST_F(GuiDraft, AnAblationStartsFromTheRecipeThatIsOpen) {
  gui_test::WorkspaceFixture workspace;
  w->window.open_workspace(workspace.folder());
  auto* matrix = find<QAction>("matrix");
  ASSERT_TRUE(wait_until([&] { return matrix->isEnabled(); }));
  w->window.open_recipe(path("mine.yaml"));
  matrix->trigger();
  auto* line = find<QLineEdit>("matrix_recipe");
  EXPECT_EQ(line->text(), path("mine.yaml"));
  line->setText(path("chosen here.yaml"));
  type_into(field("seed"), "5");
  matrix->trigger();
  EXPECT_EQ(line->text(), path("chosen here.yaml")) << "what was chosen there stays";
  w->window.open_recipe(path("other.yaml"));
  matrix->trigger();
  EXPECT_EQ(line->text(), path("other.yaml"));
}

TEST_F(GuiDraft, StartIsNamedForWhatItDoesOnAPage) {
  const auto* start = find<QAction>("start");
  EXPECT_EQ(start->text(), "Check and Start");
  w->window.show_page(Page::Check);
  EXPECT_EQ(start->text(), "Start");
  EXPECT_EQ(find<QPushButton>("check_start")->nextInFocusChain(), find<QPushButton>("check_queue"));
}

}  // namespace
}  // namespace ibot::ui
