// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/forms/configuration.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/views/configure_page.h>

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>
#include <fstream>
#include <set>
#include <sstream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

constexpr const char* kRecipe = R"(# Mine.
name: small
mask:
  plugin: block
  ratio: [0.3]  # each crop
optimizer:
  lr: 0.006
)";

class GuiConfigure : public testing::Test {
 protected:
  GuiConfigure() {
    std::ofstream(dir / "recipe.yaml") << kRecipe;
    page.open_recipe(QString::fromStdString((dir / "recipe.yaml").string()));
    page.resize(1200, 800);
    page.show();
  }
  std::string text() { return page.configuration().text(); }
  QLineEdit* line(const std::string& key) {
    FieldRow* row = page.form().row(key);
    EXPECT_NE(row, nullptr) << key;
    return qobject_cast<QLineEdit*>(row->control());
  }
  void type(const std::string& key, const char* value) {
    line(key)->setFocus();
    line(key)->selectAll();
    QTest::keyClicks(line(key), QString::fromLatin1(value));
  }

  test::TempDir dir;
  ConfigurePage page;
};

TEST_F(GuiConfigure, ShowsEveryParameterWithItsHelp) {
  for (const plan::ResolvedSection& section : page.configuration().result().sections) {
    for (const params::Definition& definition : section.schema.definitions()) {
      const std::string key = section.path.empty() ? definition.key : section.path + "." + definition.key;
      FieldRow* row = page.form().row(key);
      ASSERT_NE(row, nullptr) << key;
      EXPECT_FALSE(row->control()->toolTip().isEmpty()) << key;
      EXPECT_EQ(row->control()->accessibleName().toStdString(), key);
    }
  }
  EXPECT_EQ(line("optimizer.lr")->text(), "0.006");
}

TEST_F(GuiConfigure, AFieldChangesTheTextAndKeepsItsComments) {
  type("mask.ratio", "[0.1, 0.5]");
  EXPECT_THAT(text(), HasSubstr("# Mine.\n"));
  EXPECT_THAT(text(), HasSubstr("ratio: [0.1, 0.5]  # each crop"));
  EXPECT_TRUE(page.configuration().is_edited("mask.ratio"));
  EXPECT_EQ(page.findChild<QPlainTextEdit*>("yaml")->toPlainText().toStdString(), text());
}

// What an edit costs grows with what it changes, not with the form: a row that stays is not dressed again.
TEST_F(GuiConfigure, AnEditTouchesItsOwnRowAlone) {
  struct Watch : QObject {
    std::set<std::string> touched;
    bool eventFilter(QObject* watched, QEvent* event) override {
      const auto type = event->type();
      if (type != QEvent::ToolTipChange && type != QEvent::DynamicPropertyChange &&
          type != QEvent::StyleChange && type != QEvent::LayoutRequest)
        return false;
      for (QObject* at = watched; at != nullptr; at = at->parent()) {
        if (const auto* row = qobject_cast<FieldRow*>(at)) touched.insert(row->key());
      }
      return false;
    }
  } watch;
  QCoreApplication::processEvents();
  for (FieldRow* row : page.form().findChildren<FieldRow*>()) {
    row->installEventFilter(&watch);
    for (QWidget* part : row->findChildren<QWidget*>()) part->installEventFilter(&watch);
  }
  page.configuration().set_value("mask.ratio", "[0.4]");
  QCoreApplication::processEvents();
  EXPECT_EQ(watch.touched, std::set<std::string>{"mask.ratio"});
  EXPECT_EQ(line("mask.ratio")->text(), "[0.4]");
  watch.touched.clear();
  page.configuration().set_value("mask.ratio", "[4]");
  QCoreApplication::processEvents();
  // Advice is given on a sound plan alone: its row has nothing more to say.
  EXPECT_EQ(watch.touched, (std::set<std::string>{"mask.ratio", "train.teacher_momentum"}));
}

TEST_F(GuiConfigure, TypingInOneFieldIsOneStepOfUndo) {
  type("optimizer.lr", "0.001");
  EXPECT_THAT(text(), HasSubstr("lr: 0.001"));
  page.configuration().undo_stack()->undo();
  EXPECT_EQ(text(), kRecipe);
  page.configuration().undo_stack()->redo();
  EXPECT_THAT(text(), HasSubstr("lr: 0.001"));
}

TEST_F(GuiConfigure, SaysWhatIsWrongInTheCommandLinesWordsAndLetsItBeMended) {
  auto* check = page.findChild<QPushButton*>("configure_check");
  auto* problems = page.findChild<QListWidget*>("problems");
  ASSERT_TRUE(check->isEnabled());
  type("mask.ratio", "[2]");
  EXPECT_FALSE(check->isEnabled());
  EXPECT_EQ(line("mask.ratio")->text(), "[2]");
  ASSERT_GT(problems->count(), 0);
  EXPECT_THAT(problems->item(0)->text().toStdString(), HasSubstr("mask.ratio"));
  EXPECT_THAT(problems->item(0)->text().toStdString(), testing::StartsWith("recipe.yaml:5"));
  EXPECT_THAT(problems->item(0)->toolTip().toStdString(),
              testing::StartsWith((dir / "recipe.yaml").string() + ":5"));
  type("mask.ratio", "[0.2]");
  EXPECT_TRUE(check->isEnabled());
}

TEST_F(GuiConfigure, AFileThatIsNotOpenedIsNotShownAsOpen) {
  auto* recipes = page.findChild<QComboBox*>(QStringLiteral("recipes"));
  const QString open = recipes->currentText();
  ASSERT_EQ(open, "recipe");
  QTimer closer;  // of the dialog, as soon as it is there
  QObject::connect(&closer, &QTimer::timeout, [] {
    if (auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())) dialog->reject();
  });
  closer.start(10);
  recipes->setCurrentIndex(recipes->count() - 1);
  Q_EMIT recipes->activated(recipes->count() - 1);
  EXPECT_EQ(recipes->currentText(), open);
  const std::string before = text();
  page.open_recipe(QString::fromStdString((dir / "missing.yaml").string()));
  EXPECT_EQ(recipes->currentText(), open);
  EXPECT_EQ(text(), before);
}

TEST_F(GuiConfigure, AnotherPluginSwapsItsGroup) {
  auto* choice = page.findChild<QComboBox*>("plugin_mask");
  ASSERT_NE(page.form().row("mask.ratio"), nullptr);
  const int none = choice->findText("none");
  ASSERT_GE(none, 0);
  choice->setCurrentIndex(none);
  Q_EMIT choice->textActivated("none");
  ASSERT_TRUE(wait_until([&] { return page.form().row("mask.ratio") == nullptr; }));
  EXPECT_THAT(text(), HasSubstr("mask:\n  plugin: none\n"));
  page.configuration().undo_stack()->undo();
  EXPECT_NE(page.form().row("mask.ratio"), nullptr);
}

TEST_F(GuiConfigure, LossTermsAreAListThatCanBeEdited) {
  // The recipe inherits its losses: the first edit writes them out.
  type("losses.ibot_patch.weight", "0.5");
  EXPECT_THAT(text(), HasSubstr("losses:\n  - plugin: ibot_cls\n  - plugin: ibot_patch\n    weight: 0.5\n"));
  Q_EMIT page.findChild<QComboBox*>("add_losses")->textActivated("koleo");
  ASSERT_TRUE(wait_until([&] { return page.form().row("losses.koleo.weight") != nullptr; }));
  page.findChild<QToolButton*>("remove_losses.ibot_cls")->click();
  ASSERT_TRUE(wait_until([&] { return page.form().row("losses.ibot_cls.weight") == nullptr; }));
  EXPECT_THAT(text(), HasSubstr("losses:\n  - plugin: ibot_patch\n    weight: 0.5\n  - plugin: koleo\n"));
}

TEST_F(GuiConfigure, TheTextChangesTheForm) {
  auto* yaml = page.findChild<QPlainTextEdit*>("yaml");
  yaml->setPlainText(yaml->toPlainText().replace("0.006", "0.02"));
  ASSERT_TRUE(wait_until([&] { return line("optimizer.lr")->text() == "0.02"; }));
  yaml->setPlainText("optimizer: {lr: [");
  ASSERT_TRUE(wait_until([&] { return text() == "optimizer: {lr: ["; }));
  EXPECT_FALSE(page.findChild<QPushButton*>("configure_check")->isEnabled());
  // A field cannot write into a text that cannot be read: it says so, keeps what it had and takes nothing.
  auto* mend = page.findChild<QLabel*>("mend_yaml_first");
  EXPECT_TRUE(mend->isVisible());
  EXPECT_THAT(mend->text().toStdString(), HasSubstr("Mend the YAML first"));
  EXPECT_EQ(line("optimizer.lr")->text(), "0.02");
  EXPECT_EQ(line("name")->text(), "small");
  EXPECT_FALSE(line("name")->isEnabled());
  EXPECT_FALSE(page.findChild<QComboBox*>("plugin_mask")->isEnabled());
  type("name", "x");
  EXPECT_EQ(text(), "optimizer: {lr: [");
  yaml->setPlainText("optimizer: {lr: 0.03}\n");
  ASSERT_TRUE(wait_until([&] { return line("optimizer.lr")->text() == "0.03"; }));
  EXPECT_FALSE(mend->isVisible());
  EXPECT_TRUE(line("name")->isEnabled());
}

TEST_F(GuiConfigure, ResetGoesBackToTheRecipe) {
  type("optimizer.lr", "0.5");
  type("train.epochs", "7");
  page.configuration().reset("optimizer.lr");
  EXPECT_THAT(text(), HasSubstr("lr: 0.006"));
  page.configuration().reset("train.epochs");
  EXPECT_THAT(text(), testing::Not(HasSubstr("epochs")));
}

TEST_F(GuiConfigure, SavesWhereItIsTold) {
  type("optimizer.lr", "0.004");
  const QString file = QString::fromStdString((dir / "mine.yaml").string());
  page.save_as(file);
  EXPECT_FALSE(page.configuration().is_changed());
  std::stringstream saved;
  saved << std::ifstream(dir / "mine.yaml").rdbuf();
  EXPECT_THAT(saved.str(), HasSubstr("lr: 0.004"));
  EXPECT_THAT(saved.str(), HasSubstr("# each crop"));
  EXPECT_EQ(page.findChild<QComboBox*>(QStringLiteral("recipes"))->currentData().toString(), file);
}

TEST_F(GuiConfigure, NotAmongTheRunsOfAWorkspace) {
  const auto folder = dir / "workspace";
  std::filesystem::create_directories(folder / "runs/one");
  std::ofstream(folder / "record.sqlite") << "a record";
  type("optimizer.lr", "0.004");
  page.save_as(QString::fromStdString((folder / "runs/one/recipe.yaml").string()));
  EXPECT_TRUE(page.configuration().is_changed());
  EXPECT_FALSE(std::filesystem::exists(folder / "runs/one/recipe.yaml"));
  EXPECT_THAT(page.findChild<QLabel*>("configure_state")->text().toStdString(), HasSubstr("keeps its runs"));
}

// Published recipes stand on a file beside them.
TEST_F(GuiConfigure, ARecipeSavedElsewhereStillFindsItsBase) {
  std::filesystem::create_directories(dir / "elsewhere");
  std::ofstream(dir / "base.yaml") << "train: {epochs: 77}\n";
  std::ofstream(dir / "child.yaml") << "base: base.yaml\nname: child\n";
  page.open_recipe(QString::fromStdString((dir / "child.yaml").string()));
  page.save_as(QString::fromStdString((dir / "elsewhere" / "child.yaml").string()));
  EXPECT_EQ(line("train.epochs")->text(), "77.0");
  page.open_recipe(QString::fromStdString((dir / "elsewhere" / "child.yaml").string()));
  EXPECT_EQ(line("train.epochs")->text(), "77.0");
}

TEST_F(GuiConfigure, SearchLooksThroughAllParameters) {
  page.findChild<QLineEdit*>("parameter_search")->setText("solarise");
  EXPECT_FALSE(page.form().row("optimizer.lr")->isVisible());
  EXPECT_TRUE(page.form().row("crops.global.solarise")->isVisible());
  page.findChild<QLineEdit*>("parameter_search")->clear();
  EXPECT_TRUE(page.form().row("optimizer.lr")->isVisible());
}

TEST_F(GuiConfigure, SearchFindsASectionByItsTitle) {
  auto* search = page.findChild<QLineEdit*>("parameter_search");
  search->setText("mask");
  EXPECT_TRUE(page.findChild<QComboBox*>("plugin_mask")->isVisible());
  EXPECT_FALSE(page.form().row("optimizer.lr")->isVisible());
  // Without a plugin there are no rows: what brings them back stays.
  page.configuration().choose_plugin("mask", "none");
  ASSERT_EQ(page.form().row("mask.ratio"), nullptr);
  EXPECT_TRUE(page.findChild<QComboBox*>("plugin_mask")->isVisible());
  EXPECT_FALSE(page.form().row("optimizer.lr")->isVisible());
}

// Qt names a list to a screen reader by what is chosen in it; what it is called is said by its label.
TEST_F(GuiConfigure, ListsAreReadOutWithTheirNames) {
  for (const auto* list : {qobject_cast<QComboBox*>(page.form().row("data.kind")->control()),
                           page.findChild<QComboBox*>("plugin_mask")}) {
    ASSERT_NE(list, nullptr);
    const QAccessibleInterface* named = QAccessible::queryAccessibleInterface(const_cast<QComboBox*>(list));
    EXPECT_FALSE(named->relations(QAccessible::Label).isEmpty()) << list->objectName().toStdString();
  }
}

}  // namespace
}  // namespace ibot::ui
