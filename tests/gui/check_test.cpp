// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/program.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/shell/main_window.h>
#include <ui/views/check_page.h>
#include <ui/views/configure_page.h>

#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QUndoStack>
#include <filesystem>
#include <fstream>
#include <optional>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

/// The window with the smoke recipe on pictures of its own, and no workspace open.
class GuiCheck : public testing::Test {
 protected:
  GuiCheck() {
    if (!QFileInfo::exists(Program::path())) return;
    make_pictures();
    recipe = dir / "tiny.yaml";
    std::ofstream(recipe) << "base: " << (test::source_dir() / "experiments/smoke/smoke.yaml").string()
                          << "\nname: tiny\ndata: {path: " << (dir / "pictures").string()
                          << ", workers: 1}\ntrain: {threads: 1}\nprobes: {every_steps: 0}\n";
    qputenv("HOME", QByteArray::fromStdString(dir.path().string()));
    window = std::make_unique<MainWindow>();
    window->resize(1366, 768);
    window->show();
    configure = window->findChild<ConfigurePage*>();
    configure->open_recipe(QString::fromStdString(recipe.string()));
  }
  void SetUp() override {
    if (!window) GTEST_SKIP() << "the program ibot is not built";
  }
  // Twelve pictures: an epoch of three steps.
  void make_pictures() {
    std::filesystem::create_directories(dir / "pictures");
    for (int i = 0; i < 12; ++i) {
      QImage image(40, 40, QImage::Format_RGB32);
      for (int y = 0; y < 40; ++y) {
        for (int x = 0; x < 40; ++x) image.setPixel(x, y, qRgb(6 * x, 6 * y, 20 * i));
      }
      EXPECT_TRUE(
          image.save(QString::fromStdString((dir / "pictures" / (std::to_string(i) + ".png")).string())));
    }
  }
  template <class Widget>
  Widget* find(const QString& name) {
    auto* widget = window->findChild<Widget*>(name);
    EXPECT_NE(widget, nullptr) << name.toStdString();
    return widget;
  }
  void show_check() {
    window->show_page(Page::Check);
    // The pictures are counted.
    ASSERT_TRUE(wait_until([&] {
      const auto& plan = configuration().result().plan;
      return !plan || plan->dataset().has_value();
    }));
  }
  Configuration& configuration() { return configure->configuration(); }
  std::string words(const QString& name) { return find<QLabel>(name)->text().toStdString(); }
  const RunView* run(const std::string& name) {
    for (const auto& [id, view] : window->record().runs()) {
      if (view.run.name == name) return &view;
    }
    return nullptr;
  }
  bool ends(const std::string& name, record::State state) {
    return QTest::qWaitFor(
        [&] {
          const RunView* view = run(name);
          return view != nullptr && view->status.state == state;
        },
        60'000);
  }
  QJsonObject ask(const QStringList& arguments) {
    Program program;
    std::optional<ProgramResult> result;
    QObject::connect(&program, &Program::finished, [&](const ProgramResult& ended) { result = ended; });
    program.start(arguments);
    EXPECT_TRUE(QTest::qWaitFor([&] { return result.has_value(); }, 60'000));
    EXPECT_TRUE(result && result->succeeded) << (result ? result->why.toStdString() : "");
    return result ? result->json().object() : QJsonObject();
  }
  void set(const std::string& key, const std::string& value) { configuration().set_value(key, value); }

  test::TempDir dir;
  std::filesystem::path recipe;
  std::unique_ptr<MainWindow> window;
  ConfigurePage* configure = nullptr;
};

TEST_F(GuiCheck, IsAReceiptInPlainWords) {
  show_check();
  QString receipt;
  for (const QLabel* label : find<QWidget>("check_lines")->findChildren<QLabel*>())
    receipt += label->text() + "\n";
  EXPECT_THAT(receipt.toStdString(), HasSubstr("12 pictures"));
  EXPECT_THAT(receipt.toStdString(), HasSubstr("2 epochs x 3 = 6"));
  EXPECT_THAT(words("check_state"), HasSubstr("6 steps"));
  EXPECT_THAT(find<QWidget>("check_memory")->accessibleDescription().toStdString(),
              HasSubstr("weights of student"));
  EXPECT_THAT(find<QWidget>("check_disk")->accessibleDescription().toStdString(),
              HasSubstr("full checkpoints"));
  EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled());
  EXPECT_FALSE(find<QPushButton>("check_queue")->toolTip().isEmpty());
}

TEST_F(GuiCheck, SaysAMistakeShowsItsRowAndLetsItBeMended) {
  set("mask.ratio", "[2]");
  window->show_page(Page::Check);
  EXPECT_FALSE(find<QPushButton>("check_start")->isEnabled());
  EXPECT_THAT(find<QPushButton>("check_start")->toolTip().toStdString(), HasSubstr("mended"));
  QTest::mouseClick(find<QPushButton>("show_mask.ratio"), Qt::LeftButton);
  EXPECT_EQ(window->page(), Page::Configure);
  FieldRow* row = configure->form().row("mask.ratio");
  EXPECT_TRUE(wait_until([&] { return row->control()->hasFocus(); }));
  set("mask.ratio", "[0.3]");
  set("mask.variance", "[0.1]");
  window->show_page(Page::Check);
  EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled());
}

TEST_F(GuiCheck, ARefusedEditIsSaidWithTheFilesNameUntilTheTextIsMended) {
  const std::string sound = configuration().text();
  auto* banner = find<QWidget>("check_banner");
  // An edit of the form is the form's.
  configuration().set_text(sound + "x: : y\n");
  set("seed", "5");
  window->show_page(Page::Check);
  EXPECT_FALSE(banner->isVisible());
  set("seed", "6");
  ASSERT_TRUE(banner->isVisible());
  const std::string said = banner->findChild<QLabel*>()->text().toStdString();
  EXPECT_THAT(said, testing::StartsWith("The text has to be mended first: "));
  EXPECT_THAT(said, HasSubstr(": " + recipe.filename().string() + ":"));
  configuration().set_text(sound);
  EXPECT_FALSE(banner->isVisible());
}

TEST_F(GuiCheck, ScenesThatAreNotDrawnAreDrawnFromThePage) {
  const std::string scenes = (dir / "cache" / "scenes").string();
  configuration().set_text(
      "data: {kind: parts, path: '" + scenes +
      "', parts: {train: 24, val: 12, size: 32, jpeg_quality: 80}}\ntrain: {batch: 8}\n");
  window->show_page(Page::Check);
  const auto draw = [&] { return window->findChild<QPushButton*>("check_draw_scenes"); };
  ASSERT_TRUE(wait_until([&] { return draw() != nullptr; }));
  QString receipt;
  for (const QLabel* label : find<QWidget>("check_lines")->findChildren<QLabel*>())
    receipt += label->text() + "\n";
  EXPECT_THAT(receipt.toStdString(), HasSubstr("Start draws them first"));
  EXPECT_THAT(receipt.toStdString(), testing::Not(HasSubstr("`")));
  QTest::mouseClick(draw(), Qt::LeftButton);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        const auto& plan = configuration().result().plan;
        return plan && plan->dataset() && plan->dataset()->pictures == 24;
      },
      60'000));
  EXPECT_EQ(draw(), nullptr);
  EXPECT_FALSE(find<QWidget>("banner")->isVisible());
}

TEST_F(GuiCheck, SaysThatAnEvaluatorsPicturesAreNotThere) {
  configuration().add_plugin("evaluators", "knn");
  set("evaluators.knn.val_path", (dir / "nowhere").string());
  show_check();
  const auto warned = [&] {
    return window->findChild<QPushButton*>("show_evaluators.knn.val_path") != nullptr;
  };
  ASSERT_TRUE(wait_until(warned));
  EXPECT_THAT(params::to_text(configuration().result().diagnostics),
              HasSubstr("evaluators.knn.val_path: the pictures that knn evaluates cannot be read here"));
  EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled()) << "the folder may come, and `ibot` looks again";
  QTest::mouseClick(find<QPushButton>("check_start"), Qt::LeftButton);
  auto* banner = find<QWidget>("check_banner");
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->findChild<QLabel*>()->text().toStdString(), HasSubstr("there is no folder"));
  set("evaluators.knn.val_path", (dir / "pictures").string());
  EXPECT_TRUE(wait_until([&] { return !warned(); }));
}

TEST_F(GuiCheck, ChangesWhatAWarningProposesAndUndoesIt) {
  set("losses.ibot_cls.teacher_temp", "0.2");
  show_check();
  const std::string before = configuration().text();
  QTest::mouseClick(find<QPushButton>("change_losses.ibot_cls.teacher_temp"), Qt::LeftButton);
  EXPECT_THAT(configuration().text(), HasSubstr("teacher_temp: 0.07"));
  EXPECT_TRUE(wait_until(
      [&] { return window->findChild<QPushButton*>("change_losses.ibot_cls.teacher_temp") == nullptr; }));
  configuration().undo_stack()->undo();
  EXPECT_EQ(configuration().text(), before);
}

TEST_F(GuiCheck, MeasuresTheSpeedAndCancelsAtOnce) {
  show_check();
  auto* measure = find<QPushButton>("check_measure");
  QTest::mouseClick(measure, Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return words("check_speed").find("images/s") != std::string::npos; }))
      << words("check_speed");
  EXPECT_FALSE(find<QPushButton>("check_start")->isEnabled());
  QTest::mouseClick(measure, Qt::LeftButton);
  EXPECT_THAT(words("check_speed"), HasSubstr("cancelled"));
  EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled());
}

TEST_F(GuiCheck, TheProgramMeasuresAndLeavesNothing) {
  const QJsonObject figures =
      ask({"plan", QString::fromStdString(recipe.string()), "--calibrate", "1", "--json"})
          .value("calibration")
          .toObject();
  EXPECT_GT(figures.value("steps").toInt(), 0);
  EXPECT_GT(figures.value("images_per_second").toObject().value("value").toDouble(), 0);
  const QJsonObject duration = figures.value("duration_seconds").toObject();
  EXPECT_GT(duration.value("low").toDouble(), 0);
  EXPECT_LE(duration.value("low").toDouble(), duration.value("value").toDouble());
  EXPECT_LE(duration.value("value").toDouble(), duration.value("high").toDouble());
  EXPECT_GT(figures.value("peak_memory_bytes").toDouble(), 1e7);
  const double wait = figures.value("data_wait").toDouble(-1);
  EXPECT_TRUE(wait >= 0 && wait <= 1) << wait;
  EXPECT_FALSE(std::filesystem::exists(dir / "ibot-workspace"));
}

TEST_F(GuiCheck, SaysWhyARunDidNotStart) {
  std::ofstream(dir / "ibot-workspace") << "a file in the way";
  show_check();
  QTest::mouseClick(find<QPushButton>("check_start"), Qt::LeftButton);
  auto* banner = find<QWidget>("check_banner");
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->findChild<QLabel*>()->text().toStdString(), HasSubstr("The run was not started."));
  EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled());
}

// The whole way of a run, each part in processes of its own.
TEST_F(GuiCheck, ARunIsStartedBranchedExtendedStoppedAndResumed) {
  show_check();
  auto* name = find<QLineEdit>("check_name");
  name->setFocus();
  name->selectAll();
  QTest::keyClicks(name, "first");
  EXPECT_THAT(configuration().text(), HasSubstr("name: first"));
  EXPECT_THAT(words("check_place"), HasSubstr("Start makes one in"));
  find<QAction>("start")->trigger();
  ASSERT_TRUE(QTest::qWaitFor([&] { return window->page() == Page::Train; }, 60'000)) << words("check_state");
  ASSERT_TRUE(ends("first", record::State::Completed));
  EXPECT_EQ(run("first")->run.step, 6);

  // Made again, it is told apart.
  show_check();
  EXPECT_TRUE(wait_until([&] { return window->findChild<QWidget*>("check_duplicate") != nullptr; }));
  const QJsonObject duplicates = ask({"plan", QString::fromStdString(recipe.string()), "--json",
                                      "--workspace", window->record().folder()})
                                     .value("duplicates")
                                     .toObject();
  EXPECT_EQ(duplicates.value("same_seed").toArray().size(), 1);
  window->show_page(Page::Train);

  ASSERT_TRUE(wait_until([&] { return find<QAction>("run_branch")->isEnabled(); }));
  EXPECT_FALSE(find<QAction>("run_resume")->isEnabled());
  EXPECT_THAT(find<QAction>("run_resume")->toolTip().toStdString(), HasSubstr("reached its end"));
  find<QAction>("run_branch")->trigger();
  auto* changes = find<QPlainTextEdit>("branch_changes");
  auto* go = find<QPushButton>("branch_go");
  changes->setPlainText("optimizer.lr=fast");
  EXPECT_FALSE(go->isEnabled());
  EXPECT_THAT(words("branch_words"), HasSubstr("optimizer.lr"));
  changes->setPlainText("optimizer.lr=0.001\n");
  EXPECT_THAT(words("branch_words"), HasSubstr("optimizer.lr: 0.004 → 0.001"));
  auto* step = find<QComboBox>("branch_step");
  step->setCurrentIndex(step->count() - 1);
  EXPECT_EQ(step->currentData().toInt(), 3);
  QTest::keyClicks(find<QLineEdit>("branch_name"), "second");
  QTest::mouseClick(go, Qt::LeftButton);
  ASSERT_TRUE(ends("second", record::State::Completed));
  EXPECT_EQ(run("second")->run.parent.value().step, 3);

  ASSERT_TRUE(wait_until([&] { return find<QAction>("run_extend")->isEnabled(); }));
  find<QAction>("run_extend")->trigger();
  find<QComboBox>("extend_unit")->setCurrentIndex(1);
  auto* amount = find<QLineEdit>("extend_amount");
  amount->setText("none");
  EXPECT_FALSE(find<QPushButton>("extend_go")->isEnabled());
  amount->setText("100000");
  EXPECT_THAT(words("extend_words"), HasSubstr("will end at step 100,006"));
  QTest::mouseClick(find<QPushButton>("extend_go"), Qt::LeftButton);
  ASSERT_TRUE(ends("second", record::State::Running));

  auto* stop = find<QAction>("stop");
  ASSERT_TRUE(wait_until([&] { return stop->isEnabled(); }));
  stop->trigger();
  EXPECT_TRUE(find<QWidget>("stop_banner")->isVisible());
  EXPECT_THAT(words("stop_words"), HasSubstr("is saved"));
  ASSERT_TRUE(ends("second", record::State::Stopped));
  EXPECT_TRUE(wait_until([&] { return !find<QWidget>("stop_banner")->isVisible(); }));

  ASSERT_TRUE(wait_until([&] { return find<QAction>("run_resume")->isEnabled(); }));
  find<QAction>("run_resume")->trigger();
  ASSERT_TRUE(ends("second", record::State::Running));
  ASSERT_TRUE(wait_until([&] { return find<QAction>("stop_now")->isEnabled(); }));
  find<QAction>("stop_now")->trigger();
  ASSERT_TRUE(ends("second", record::State::Stopped));

  ASSERT_TRUE(wait_until([&] { return find<QAction>("run_recipe")->isEnabled(); }));
  find<QAction>("run_recipe")->trigger();
  EXPECT_EQ(window->page(), Page::Configure);
  EXPECT_THAT(configuration().text(), HasSubstr("lr: 0.001"));
  EXPECT_TRUE(configuration().result().plan.has_value());
}

}  // namespace
}  // namespace ibot::ui
