// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way of a person through the window, with mouse and keyboard and real trainings in processes of
// their own: from a folder of pictures to a tidy table of runs. What each page can do has tests of its own.
#include "tiny_run.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <ui/bridge/program.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/plots/curve_plot.h>
#include <ui/shell/command_palette.h>
#include <ui/views/configure_page.h>
#include <ui/views/recent_card.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <algorithm>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::click;
using gui_test::type_into;
using gui_test::wait_until;
using gui_test::WindowFixture;
using record::State;
using testing::HasSubstr;

class GuiJourney : public testing::Test {
 protected:
  GuiJourney() {
    clear_settings();
    qputenv("HOME", QByteArray::fromStdString(dir.path().string()));
    gui_test::make_pictures(dir / "pictures", 12);
    // Pictures are chosen on the way.
    gui_test::write_tiny_recipe(dir / "tiny.yaml", dir / "nowhere");
    w = std::make_unique<WindowFixture>();
  }
  void SetUp() override {
    if (!QFileInfo::exists(Program::path())) GTEST_SKIP() << "the program ibot is not built";
  }
  ~GuiJourney() override { gui_test::end_processes(dir / "ibot-workspace"); }

  // --- hands and eyes

  template <class Widget>
  Widget* find(const QString& name) {
    return w->find<Widget>(name);
  }
  QString path(const char* name) { return QString::fromStdString((dir / name).string()); }
  Configuration& recipe() { return w->window.findChild<ConfigurePage*>()->configuration(); }
  QWidget* field(const std::string& key) {
    FieldRow* row = w->window.findChild<ConfigurePage*>()->form().row(key);
    return row == nullptr ? nullptr : row->control();
  }
  void press(Qt::Key key, Qt::KeyboardModifiers with = {}) {
    // Where there is no window manager, nobody brings the window back to the front when a dialog is closed.
    w->window.activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&w->window));
    QTest::keyClick(&w->window, key, with);
  }
  // By its name in the list of commands.
  void command(const char* action, const QString& typed) {
    ASSERT_TRUE(wait_until([&] { return find<QAction>(action)->isEnabled(); }))
        << find<QAction>(action)->toolTip().toStdString();
    press(Qt::Key_K, Qt::ControlModifier);
    auto* palette = find<CommandPalette>("command_palette");
    ASSERT_TRUE(palette->isVisible());
    auto* line = palette->findChild<QLineEdit*>();
    QTest::keyClicks(line, typed);
    QTest::keyClick(line, Qt::Key_Return);
  }
  const RunView* run(const std::string& name) {
    for (const auto& [id, view] : w->window.record().runs())
      if (view.run.name == name) return &view;
    return nullptr;
  }
  bool comes_to(const std::string& name, State state) {
    return QTest::qWaitFor([&] { return run(name) != nullptr && run(name)->status.state == state; }, 60'000);
  }
  bool comes_to(Page page) {
    return wait_until([&] { return w->window.page() == page; });
  }
  bool trains_on(const std::string& name) {
    const std::int64_t from = run(name)->run.step;
    return QTest::qWaitFor([&] { return run(name)->run.step > from; }, 60'000);
  }
  int rows() { return w->runs()->model()->rowCount(); }

  // --- the stations

  void choose_recipe_and_pictures() {
    gui_test::drop_onto(&w->window, path("tiny.yaml"));
    ASSERT_TRUE(comes_to(Page::Configure));
    press(Qt::Key_1, Qt::AltModifier);
    ASSERT_TRUE(comes_to(Page::Data));
    gui_test::drop_onto(&w->window, path("pictures"));
    ASSERT_TRUE(wait_until([&] { return find<QLabel>("data_sentence")->text().startsWith("12 pictures"); }))
        << find<QLabel>("data_sentence")->text().toStdString();
    click(find<QPushButton>("data_use"));
    ASSERT_TRUE(comes_to(Page::Configure));
    EXPECT_THAT(recipe().text(), HasSubstr(path("pictures").toStdString()));
  }

  void change_mask_and_loss() {
    auto* mask = find<QComboBox>("plugin_mask");
    mask->setFocus();
    QTest::keyClicks(mask, "random");
    ASSERT_TRUE(wait_until([&] { return recipe().text().find("plugin: random") != std::string::npos; }));
    auto* losses = find<QComboBox>("add_losses");
    losses->setFocus();
    QTest::keyClicks(losses, "koleo");
    ASSERT_TRUE(wait_until([&] { return field("losses.koleo.weight") != nullptr; }));
    type_into(field("losses.koleo.weight"), "0.05");
    EXPECT_THAT(recipe().text(), HasSubstr("weight: 0.05"));
  }

  void make_a_mistake_and_mend_it() {
    type_into(field("mask.ratio"), "[2]");
    auto* problems = find<QListWidget>("problems");
    ASSERT_TRUE(problems->isVisible());
    QStringList said;
    for (int i = 0; i < problems->count(); ++i) said << problems->item(i)->text();
    EXPECT_EQ(said.filter("mask.ratio").size(), 1) << said.join("\n").toStdString();
    EXPECT_FALSE(find<QPushButton>("configure_check")->isEnabled());
    press(Qt::Key_F5);
    ASSERT_TRUE(comes_to(Page::Check));
    EXPECT_FALSE(find<QPushButton>("check_start")->isEnabled()) << "a mistake is not started";
    press(Qt::Key_2, Qt::AltModifier);
    ASSERT_TRUE(comes_to(Page::Configure));
    type_into(field("mask.ratio"), "[0.3]");
    type_into(field("mask.variance"), "[0.1]");
    EXPECT_FALSE(problems->isVisible());
  }

  void check_and_start(const QString& name) {
    press(Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(comes_to(Page::Check));
    ASSERT_TRUE(wait_until([&] { return recipe().result().plan && recipe().result().plan->dataset(); }));
    type_into(find<QLineEdit>("check_name"), name);
    EXPECT_TRUE(find<QPushButton>("check_start")->isEnabled());
    press(Qt::Key_F5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return w->window.page() == Page::Train; }, 60'000))
        << find<QLabel>("check_state")->text().toStdString();
    ASSERT_TRUE(QTest::qWaitFor([&] { return run(name.toStdString()) != nullptr; }, 60'000));
  }

  void watch_it_finish(const QString& name) {
    ASSERT_TRUE(comes_to(name.toStdString(), State::Completed));
    ASSERT_TRUE(wait_until([&] { return find<CurvePlot>("plot_0")->points() == 6; }));
    EXPECT_EQ(find<QLabel>("fact_step")->text().toStdString(), "step 6 / 6");
  }

  void ask_for_a_long_one() {
    press(Qt::Key_2, Qt::AltModifier);
    ASSERT_TRUE(comes_to(Page::Configure));
    type_into(field("train.epochs"), "20000");
  }

  void close_and_reopen() {
    w->window.close();
    w.reset();
    w = std::make_unique<WindowFixture>();
    EXPECT_EQ(w->window.page(), Page::Welcome);
    auto* card = w->window.findChild<RecentCard*>();
    ASSERT_NE(card, nullptr);
    auto* open = card->findChild<QPushButton*>("recent_open");
    ASSERT_TRUE(wait_until([&] { return open->isEnabled(); }));
    click(open);
    ASSERT_TRUE(wait_until([&] { return !w->window.record().runs().empty() && rows() > 0; }));
  }

  void pause_and_go_on(const QString& name) {
    ASSERT_TRUE(w->click_run(name));
    ASSERT_TRUE(comes_to(name.toStdString(), State::Running));
    auto* pause = find<QPushButton>("train_pause");
    ASSERT_TRUE(wait_until([&] { return pause->isEnabled(); }));
    click(pause);
    ASSERT_TRUE(comes_to(name.toStdString(), State::Paused));
    ASSERT_TRUE(wait_until([&] { return pause->text() == "Go on"; }));
    click(pause);
    ASSERT_TRUE(comes_to(name.toStdString(), State::Running));
    ASSERT_TRUE(trains_on(name.toStdString()));
  }

  void stop(const QString& name) {
    press(Qt::Key_F5, Qt::ShiftModifier);
    EXPECT_TRUE(find<QWidget>("stop_banner")->isVisible());
    ASSERT_TRUE(comes_to(name.toStdString(), State::Stopped));
    EXPECT_TRUE(wait_until([&] { return find<QPushButton>("train_resume")->isVisible(); }));
  }

  void branch(const QString& from, const QString& name) {
    ASSERT_TRUE(w->click_run(from));
    command("run_branch", "branch from");
    auto* changes = find<QPlainTextEdit>("branch_changes");
    ASSERT_TRUE(changes->isVisible());
    changes->setFocus();
    QTest::keyClicks(changes, "optimizer.lr=0.001");
    EXPECT_THAT(find<QLabel>("branch_words")->text().toStdString(), HasSubstr("0.004 → 0.001"));
    auto* step = find<QComboBox>("branch_step");
    step->setFocus();
    QTest::keyClick(step, Qt::Key_End);
    ASSERT_EQ(step->currentData().toInt(), 3);
    QTest::keyClicks(find<QLineEdit>("branch_name"), name);
    click(find<QPushButton>("branch_go"));
    ASSERT_TRUE(comes_to(name.toStdString(), State::Completed));
    EXPECT_EQ(run(name.toStdString())->run.parent.value().step, 3);
    // The run may be faster than the program that started it, which leads to it in the end.
    auto* done = find<QAction>("run_branch");
    ASSERT_TRUE(QTest::qWaitFor([&] { return done->isEnabled(); }, 60'000)) << done->toolTip().toStdString();
  }

  void queue_three(const QString& like) {
    ASSERT_TRUE(w->click_run(like));
    command("run_recipe", "open as a new recipe");
    ASSERT_TRUE(comes_to(Page::Configure));
    press(Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(comes_to(Page::Check));
    for (int number = 1; number <= 3; ++number) {
      ASSERT_TRUE(wait_until([&] { return find<QPushButton>("check_queue")->isEnabled(); }));
      type_into(find<QLineEdit>("check_name"), QStringLiteral("queued %1").arg(number));
      type_into(find<QLineEdit>("check_seed"), QString::number(number));
      click(find<QPushButton>("check_queue"));
      ASSERT_TRUE(QTest::qWaitFor(
          [&] { return static_cast<int>(w->window.record().queue()->rows.size()) == number; }, 60'000))
          << find<QLabel>("check_state")->text().toStdString();
    }
    command("queue", "queue (3)");
    auto* window = find<QDialog>("queue_window");
    ASSERT_TRUE(window->isVisible());
    click(find<QPushButton>("queue_start"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return run("queued 1")->run.step > 0; }, 60'000));
    window->close();
  }

  void the_queue_is_worked_off() {
    for (const char* name : {"queued 1", "queued 2", "queued 3"})
      ASSERT_TRUE(comes_to(name, State::Completed)) << name;
    EXPECT_TRUE(wait_until([&] {
      const auto& queue = w->window.record().queue()->rows;
      return queue.size() == 3 && std::all_of(queue.begin(), queue.end(), [](const QueueRow& row) {
               return row.item.state == record::QueueState::Done && row.item.attempts == 1;
             });
    }));
  }

  void tag_and_filter(const QString& name) {
    ASSERT_TRUE(w->click_run(name));
    QTest::keyClick(w->runs(), Qt::Key_T, Qt::ControlModifier);
    auto* prompt = find<QLineEdit>("text_prompt_text");
    ASSERT_TRUE(prompt->isVisible());
    QTest::keyClicks(prompt, "keep");
    QTest::keyClick(prompt, Qt::Key_Return);
    ASSERT_TRUE(wait_until([&] { return !run(name.toStdString())->run.tags.empty(); }));
    ASSERT_TRUE(wait_until([&] { return QApplication::activeWindow() == &w->window; }))
        << "the prompt gives the keyboard back";
    const int all = rows();
    auto* filter = find<QLineEdit>("run_filter");
    click(filter);
    QTest::keyClicks(filter, "tag:keep mask.plugin=random");
    EXPECT_TRUE(wait_until([&] { return rows() == 1; })) << rows();
    QTest::keyClick(filter, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(filter, Qt::Key_Delete);
    EXPECT_EQ(rows(), all);
  }

  void trash_and_undo(const QString& name) {
    const int all = rows();
    ASSERT_TRUE(w->click_run(name));
    QTest::keyClick(w->runs(), Qt::Key_Delete);
    ASSERT_TRUE(wait_until([&] { return rows() == all - 1; }));
    EXPECT_TRUE(run(name.toStdString())->run.trashed.has_value());
    ASSERT_TRUE(wait_until([&] { return find<QAction>("undo")->isEnabled(); }));
    press(Qt::Key_Z, Qt::ControlModifier);
    ASSERT_TRUE(wait_until([&] { return rows() == all; }));
    EXPECT_FALSE(run(name.toStdString())->run.trashed.has_value());
  }

  test::TempDir dir;
  std::unique_ptr<WindowFixture> w;
};

TEST_F(GuiJourney, FromAFolderOfPicturesToATidyTableOfRuns) {
  ASSERT_NO_FATAL_FAILURE(choose_recipe_and_pictures());
  ASSERT_NO_FATAL_FAILURE(change_mask_and_loss());
  ASSERT_NO_FATAL_FAILURE(make_a_mistake_and_mend_it());
  ASSERT_NO_FATAL_FAILURE(check_and_start("short"));
  ASSERT_NO_FATAL_FAILURE(watch_it_finish("short"));

  ASSERT_NO_FATAL_FAILURE(ask_for_a_long_one());
  ASSERT_NO_FATAL_FAILURE(check_and_start("long"));
  ASSERT_TRUE(comes_to("long", State::Running));
  ASSERT_NO_FATAL_FAILURE(close_and_reopen()) << "in the middle of a training";
  ASSERT_NO_FATAL_FAILURE(pause_and_go_on("long"));
  ASSERT_NO_FATAL_FAILURE(stop("long"));
  ASSERT_NO_FATAL_FAILURE(branch("short", "branched"));

  ASSERT_NO_FATAL_FAILURE(queue_three("short"));
  ASSERT_NO_FATAL_FAILURE(close_and_reopen()) << "in the middle of the queue";
  ASSERT_NO_FATAL_FAILURE(the_queue_is_worked_off());

  ASSERT_NO_FATAL_FAILURE(tag_and_filter("branched"));
  ASSERT_NO_FATAL_FAILURE(trash_and_undo("queued 2"));
}

}  // namespace
}  // namespace ibot::ui
