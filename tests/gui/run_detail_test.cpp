// SPDX-License-Identifier: GPL-3.0-or-later
#include "stall_watch.h"
#include "workspace_fixture.h"

#include <ibot/base/clock.h>
#include <ibot/figure/colour.h>
#include <ibot/image/encode.h>
#include <ibot/image/image.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/models/run_facts.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/cursor_table.h>
#include <ui/views/event_panel.h>
#include <ui/views/failure_card.h>
#include <ui/views/live_probes.h>
#include <ui/views/plot_grid.h>
#include <ui/views/plot_panel.h>
#include <ui/views/probe_wall.h>
#include <ui/views/run_detail.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <cmath>
#include <iostream>
#include <set>

namespace ibot::ui {
namespace {

using gui_test::StallWatch;
using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

constexpr const char* kPlan = R"({"values": {"head.out_dim": 512}, "derived": {"effective_batch": 64}})";

record::Event event_of(std::int64_t step, record::EventLevel level, const std::string& kind,
                       const std::string& text) {
  record::Event event;
  event.step = step;
  event.level = level;
  event.kind = kind;
  event.text = text;
  return event;
}

record::Checkpoint checkpoint_of(std::int64_t step) {
  record::Checkpoint file;
  file.step = step;
  file.path = "checkpoints/step-" + std::to_string(step);
  file.created = base::now_micros();
  file.sha256 = std::string(64, 'c');
  return file;
}

RunView view_of(record::State state) {
  RunView view;
  view.run.id = "r";
  view.run.step = 100;
  view.run.planned_steps = 200;
  view.status.state = state;
  return view;
}

TEST(GuiRunFacts, HealthIsASentenceWithUnits) {
  RunView view = view_of(record::State::Running);
  RunDetails details;
  details.run = "r";
  details.prototypes = 512;
  EXPECT_THAT(health_of(view, &details).sentence.toStdString(), HasSubstr("was not measured"));
  view.run.last_values = {{"health/prototypes_used", 90, 0, 0.84},
                          {"health/target_entropy", 90, 0, 0.673},
                          {"health/feature_rank", 90, 0, 45.2}};
  EXPECT_EQ(
      health_of(view, &details).sentence.toStdString(),
      "Healthy: 84 % of the prototypes in use, entropy 4.2 of 6.2 nats, features of effective rank 45.2.");
  EXPECT_THAT(health_of(view, nullptr).sentence.toStdString(), HasSubstr("67 % of the largest"));
  details.events = {event_of(40, record::EventLevel::Warning, "bad_picture", "3 cannot be read.")};
  EXPECT_THAT(health_of(view, &details).sentence.toStdString(),
              testing::StartsWith("Step 40: 3 cannot be read. Measured: "));
  details.events.push_back(event_of(60, record::EventLevel::Warning, "collapse", "Collapse: one prototype."));
  details.events.push_back(event_of(70, record::EventLevel::Info, "evaluation", "knn"));
  const RunHealth health = health_of(view, &details);
  EXPECT_THAT(health.sentence.toStdString(), testing::StartsWith("Step 60: Collapse"));
  EXPECT_STREQ(health.level, "warn");
}

TEST(GuiRunFacts, AFailedRunIsNotCalledHealthy) {
  RunView view = view_of(record::State::Failed);
  EXPECT_TRUE(health_of(view, nullptr).sentence.isEmpty());
  view.run.last_values = {{"health/feature_rank", 90, 0, 45.2}};
  EXPECT_THAT(health_of(view, nullptr).sentence.toStdString(),
              testing::StartsWith("When it ended: features"));
}

TEST(GuiRunFacts, AFailureSaysWhatToDo) {
  EXPECT_FALSE(failure_of(view_of(record::State::Completed), nullptr).has_value());
  RunView view = view_of(record::State::Failed);
  view.run.error = base::Error{base::ErrorCode::NonFinite, "the loss of step 101 is not finite",
                               "finite losses", "`ibot replay r` makes it again"}
                       .to_text();
  RunDetails details;
  details.run = "r";
  auto failure = failure_of(view, &details);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->title.toStdString(), "The loss of step 101 is not finite");
  EXPECT_THAT(failure->advice.toStdString(),
              testing::StartsWith("`ibot replay r` makes it again. Nothing was saved"));
  EXPECT_FALSE(failure->can_resume);
  details.checkpoints = {checkpoint_of(50), checkpoint_of(100)};
  details.checkpoints[1].state = record::CheckpointState::Removed;
  failure = failure_of(view, &details);
  EXPECT_TRUE(failure->can_resume);
  EXPECT_THAT(failure->advice.toStdString(), HasSubstr("step 50"));
}

TEST(GuiRunFacts, TheRestGoesAtTheNewestPace) {
  RunView view = view_of(record::State::Running);
  view.run.started = 0;
  view.run.heartbeat = 1000 * 1'000'000;  // resumed after a long rest
  RunDetails details;
  details.run = "r";
  details.seconds_per_step = 0.5;
  EXPECT_DOUBLE_EQ(*seconds_left(view, &details), 50);
  EXPECT_DOUBLE_EQ(*seconds_left(view, nullptr), 1000);
  view.status.state = record::State::Completed;
  EXPECT_FALSE(seconds_left(view, &details).has_value());
}

TEST(GuiRunFacts, RoughDurations) {
  EXPECT_EQ(rough_duration(12.4).toStdString(), "12 s");
  EXPECT_EQ(rough_duration(360).toStdString(), "6 min");
  EXPECT_EQ(rough_duration(3600 * 3 + 60 * 5).toStdString(), "3 h 05 min");
  EXPECT_EQ(rough_duration(-1).toStdString(), "0 s");
}

class GuiRunDetail : public testing::Test {
 protected:
  GuiRunDetail() {
    f.start("r", "first", 500, kPlan);
    f.start("s", "second", 500, kPlan);
    f.write("r", "loss", 1, 100, [](auto step) { return 8.0 - 0.01 * static_cast<double>(step); });
    f.write("s", "loss", 1, 50, [](auto) { return 3.0; });
    f.write("r", "lr", 1, 100, [](auto step) { return 1e-5 * static_cast<double>(step); });
    detail.resize(1200, 560);
    detail.show();
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.run("s") != nullptr; }));
    detail.set_runs({"r", "s"});
    EXPECT_TRUE(wait_until([&] { return plot(0)->points() == 150; }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = detail.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  PlotGrid* grid() { return detail.findChild<PlotGrid*>(); }
  PlotPanel* panel(std::size_t i) { return grid()->panels()[i]; }
  CurvePlot* plot(std::size_t i) { return panel(i)->plot(); }
  // What a person does in a menu that is made when it opens.
  void choose(PlotPanel* where, const char* button, const QString& name, const QString& text = {}) {
    auto* tool = where->findChild<QToolButton*>(QString::fromLatin1(button));
    Q_EMIT tool->menu()->aboutToShow();
    for (QAction* action : where->findChildren<QAction*>(name)) {
      if (text.isEmpty() || action->text() == text) return action->trigger();
    }
    FAIL() << name.toStdString() << " is not offered";
  }
  void add_probes(std::int64_t step, int cluster) {
    if (step == 100) {
      image::Image picture;
      picture.reshape(8, 8);
      std::fill_n(picture.data(), picture.bytes(), std::uint8_t{200});
      f.store.add_probe("r", {"p", 0, "/photos/bird.png", image::encode_png(picture)}).value();
    }
    const auto bytes = [](std::initializer_list<int> values) {
      std::vector<std::byte> result;
      for (const int value : values) result.push_back(static_cast<std::byte>(value));
      return result;
    };
    const std::string square = R"({"shape": [2, 2], "type": "uint8"})";
    const std::vector<record::ProbeSnapshot> looks = {
        {step, "attention_cls", "p", R"({"shape": [1, 2, 2], "type": "uint8", "peak": [0.5]})",
         bytes({0, 255, 0, 0}), base::now_micros()},
        {step, "clusters", "p", square, bytes({cluster, 0, 0, 0}), base::now_micros()}};
    f.store.add_probe_snapshots("r", looks).value();
  }

  // Before the page is made: it would take what the last test chose, and remember it again.
  const bool forgotten = (clear_settings(), true);
  WorkspaceFixture f;
  Record record;
  RunDetail detail{record};
};

TEST_F(GuiRunDetail, TellsWhatIsKnownOfARun) {
  f.write("r", "images_per_second", 101, 101, [](auto) { return 41.2; });
  f.write("r", "data_wait", 101, 101, [](auto) { return 0.03; });
  f.store.add_checkpoint("r", checkpoint_of(90)).value();
  ASSERT_TRUE(wait_until([&] { return find<QLabel>("fact_saved")->text().startsWith("saved"); }));
  EXPECT_EQ(find<QLabel>("fact_step")->text().toStdString(), "step 101 / 500");
  EXPECT_EQ(find<QLabel>("fact_rate")->text().toStdString(), "41 images/s");
  EXPECT_EQ(find<QLabel>("fact_wait")->text().toStdString(), "data wait 3 %");
  // Places stay while numbers change.
  const int width = find<QLabel>("fact_rate")->width();
  f.write("r", "images_per_second", 102, 102, [](auto) { return 12'345.0; });
  ASSERT_TRUE(wait_until([&] { return find<QLabel>("fact_rate")->text() == "12,345 images/s"; }));
  EXPECT_EQ(find<QLabel>("fact_rate")->width(), width);
}

TEST_F(GuiRunDetail, EachPlotShowsAMetricOfChoiceAndRemembersIt) {
  ASSERT_TRUE(wait_until([&] {
    Q_EMIT panel(1)->findChild<QToolButton*>("plot_metric")->menu()->aboutToShow();
    return panel(1)->findChild<QAction*>("lr") != nullptr;
  }));
  choose(panel(1), "plot_metric", "lr");
  EXPECT_TRUE(wait_until([&] { return plot(1)->points() == 100; }));
  EXPECT_EQ(plot(1)->title().toStdString(), "Learning rate");
  // The same as another plot: both have it whole.
  choose(panel(2), "plot_metric", "loss");
  EXPECT_TRUE(wait_until([&] { return plot(2)->points() == 150 && plot(0)->points() == 150; }));
  EXPECT_TRUE(wait_until([] { return read_setting("train/metrics").toStringList().value(2) == "loss"; }));
  const PlotGrid another(record);
  EXPECT_EQ(another.panels()[1]->metric().toStdString(), "lr");
}

TEST_F(GuiRunDetail, LaysAScheduleOverACurve) {
  ASSERT_TRUE(wait_until([&] {
    Q_EMIT panel(0)->findChild<QToolButton*>("plot_options")->menu()->aboutToShow();
    return panel(0)->findChildren<QAction*>("plot_schedule").size() == 2;
  }));
  ASSERT_TRUE(wait_until([&] { return plot(0)->x_range().second > 100; }));
  choose(panel(0), "plot_options", "plot_schedule", "Learning rate");
  const QImage before = plot(0)->to_image();
  EXPECT_FALSE(plot(0)->figure_shows_all());
  EXPECT_TRUE(wait_until([&] { return plot(0)->to_image() != before; }));
  EXPECT_EQ(plot(0)->points(), 150);
  choose(panel(0), "plot_options", "plot_schedule", "None");
  EXPECT_TRUE(plot(0)->figure_shows_all());
}

TEST_F(GuiRunDetail, SmoothingIsAControlAndSaysItsFormula) {
  auto* slider = find<QSlider>("smoothing");
  slider->setFocus();
  QTest::keyClick(slider, Qt::Key_Home);
  EXPECT_EQ(plot(0)->smoothing(), 0);
  EXPECT_THAT(find<QLabel>("plot_caption")->text().toStdString(), HasSubstr("not smoothed"));
  QTest::keyClick(slider, Qt::Key_Right);
  EXPECT_EQ(plot(0)->smoothing(), 0.5);
  EXPECT_EQ(plot(2)->smoothing(), 0) << "evaluations are never averaged";
  EXPECT_THAT(find<QLabel>("plot_caption")->text().toStdString(), HasSubstr("m = 0.5 m + 0.5 x"));
}

TEST_F(GuiRunDetail, AxesGoByStepImagesOrTime) {
  auto* unit = find<QComboBox>("x_unit");
  const auto select = [&](int index) {
    unit->setCurrentIndex(index);
    Q_EMIT unit->activated(index);
  };
  select(1);
  EXPECT_EQ(plot(0)->reading("r", std::nan(""))->x, 6400);
  select(2);
  EXPECT_LT(plot(0)->reading("r", std::nan(""))->x, 60);
  select(0);
  EXPECT_EQ(plot(0)->reading("r", std::nan(""))->x, 100);
}

TEST_F(GuiRunDetail, StepsCanBeLogarithmicInAllPlotsAtOnce) {
  auto* log = find<QCheckBox>("x_logarithmic");
  QTest::mouseClick(log, Qt::LeftButton, {}, QPoint(6, log->height() / 2));
  ASSERT_TRUE(log->isChecked());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(plot(i)->is_x_logarithmic());
  EXPECT_TRUE(wait_until([&] { return plot(0)->x_range().first >= 1; }));
  EXPECT_TRUE(wait_until([] { return read_setting("train/x_logarithmic").toBool(); }));
  // The menu of any plot says the same.
  auto* panel = qobject_cast<PlotPanel*>(plot(1)->parentWidget());
  auto* menu = panel->findChild<QToolButton*>("plot_options")->menu();
  Q_EMIT menu->aboutToShow();
  auto* action = menu->findChild<QAction*>("plot_log_x");
  ASSERT_TRUE(action->isChecked());
  action->trigger();
  EXPECT_FALSE(log->isChecked());
  EXPECT_FALSE(plot(0)->is_x_logarithmic());
}

TEST_F(GuiRunDetail, PlotsShareTheirAxisAndCursor) {
  auto* table = find<CursorTable>("cursor_table");
  ASSERT_EQ(table->rows().size(), 2U);
  EXPECT_EQ(table->place().toStdString(), "last values");
  EXPECT_EQ(table->rows()[0].values[0].toStdString(), "7.0000");
  EXPECT_EQ(table->rows()[0].values[1].toStdString(), "\u2013");
  const QSize size = table->sizeHint();
  Q_EMIT plot(1)->cursor_moved(20.2);
  EXPECT_EQ(table->place().toStdString(), "step 20");
  EXPECT_EQ(table->rows()[0].values[0].toStdString(), "7.8000");
  EXPECT_EQ(table->rows()[1].values[0].toStdString(), "3.0000");
  EXPECT_EQ(table->sizeHint(), size);
  // Those that have nothing yet show the same steps.
  EXPECT_TRUE(wait_until([&] { return plot(3)->x_range() == plot(0)->x_range(); }));
  Q_EMIT plot(3)->x_range_changed(10, 20);
  EXPECT_EQ(plot(0)->x_range(), std::pair(10.0, 20.0));
  Q_EMIT plot(2)->reset();
  EXPECT_TRUE(wait_until([&] { return plot(0)->x_range().second > 99; }));
}

TEST_F(GuiRunDetail, ExportsEveryFormatAndSaysWhatFails) {
  const QTemporaryDir dir;
  QStringList problems, files;
  QObject::connect(panel(0), &PlotPanel::exported, [&](const QString& file, const QString& problem) {
    files << file;
    if (!problem.isEmpty()) problems << problem;
  });
  const auto export_to = [&](const QString& name) {
    const auto before = files.size();
    panel(0)->export_to(dir.filePath(name));
    EXPECT_TRUE(wait_until([&] { return files.size() == before + 1; })) << name.toStdString();
  };
  for (const char* name : {"loss.csv", "loss.png", "loss.svg"}) {
    export_to(QString::fromLatin1(name));
    EXPECT_GT(QFileInfo(dir.filePath(QString::fromLatin1(name))).size(), 1000) << name;
  }
  panel(0)->set_overlay("lr");
  export_to("seen.svg");
  export_to("seen.png");
  EXPECT_TRUE(problems.isEmpty()) << problems.join('\n').toStdString();
  EXPECT_THAT(find<QLabel>("train_told")->text().toStdString(), HasSubstr("seen.png"));
  panel(0)->set_overlay({});
  export_to("none/loss.csv");
  export_to("none/loss.png");
  EXPECT_EQ(problems.size(), 2);
  panel(0)->copy_image();
  EXPECT_FALSE(QApplication::clipboard()->image().isNull());
}

TEST_F(GuiRunDetail, FoldsLogAndEventsUpFromBelow) {
  record::RunUpdate update;
  for (int i = 0; i < 30; ++i) update.log_lines.push_back("line " + std::to_string(i));
  update.events = {event_of(3, record::EventLevel::Info, "evaluation", "k-NN of the untrained network."),
                   event_of(9, record::EventLevel::Warning, "bad_picture", "One picture cannot be read.")};
  f.store.write("r", update).value();
  auto* toggle = find<QToolButton>("events_toggle");
  auto* log = find<QPlainTextEdit>("log");
  EXPECT_FALSE(log->isVisible());
  toggle->setFocus();
  QTest::keyClick(toggle, Qt::Key_Space);
  EXPECT_TRUE(log->isVisible());
  ASSERT_TRUE(wait_until([&] { return log->toPlainText().contains("line 29"); }));
  auto* events = find<QListWidget>("events");
  ASSERT_EQ(events->count(), 2);
  EXPECT_THAT(events->item(1)->text().toStdString(), HasSubstr("One picture cannot be read."));
  EXPECT_FALSE(events->item(1)->icon().isNull());
  EXPECT_TRUE(events->item(0)->icon().isNull());
  auto* search = find<QLineEdit>("log_search");
  QTest::keyClicks(search, "LINE 7");
  EXPECT_EQ(log->textCursor().selectedText().toStdString(), "line 7");
  QTest::mouseClick(find<QPushButton>("log_copy"), Qt::LeftButton);
  EXPECT_THAT(QApplication::clipboard()->text().toStdString(), HasSubstr("line 0"));
  EXPECT_THAT(QApplication::clipboard()->text().toStdString(), HasSubstr("One picture"));
}

TEST_F(GuiRunDetail, AFailedRunShowsItsLastWordsAndWhatToDo) {
  auto* card = find<FailureCard>("failure");
  EXPECT_FALSE(card->isVisible());
  f.store.write("r", {{}, {}, {"a first line", "the last line", "error: the disk is full"}, {}}).value();
  f.store.set_state("r", record::State::Failed, {"io", "the disk is full"}).value();
  ASSERT_TRUE(wait_until([&] { return card->isVisible(); }));
  EXPECT_EQ(find<QLabel>("failure_title")->text().toStdString(), "The disk is full");
  // What the title says already is not said again, neither by the log nor beside the name.
  ASSERT_TRUE(wait_until(
      [&] { return find<QLabel>("failure_log")->text() == "a first line  \u00b7  the last line"; }));
  EXPECT_EQ(find<QLabel>("train_state")->text().toStdString(), "failed");
  EXPECT_THAT(find<QLabel>("failure_advice")->text().toStdString(), HasSubstr("start it again"));
  EXPECT_FALSE(find<QPushButton>("failure_resume")->isVisible());
  QTest::mouseClick(find<QPushButton>("failure_show_log"), Qt::LeftButton);
  EXPECT_TRUE(find<QPlainTextEdit>("log")->isVisible());
  detail.set_runs({"s"});
  EXPECT_FALSE(card->isVisible());
}

TEST_F(GuiRunDetail, AFailedRunCanBeResumedFromItsCard) {
  QAction resume(QStringLiteral("Resume"));
  const QSignalSpy asked(&resume, &QAction::triggered);
  detail.offer_resume(&resume);
  auto* button = find<QPushButton>("failure_resume");
  f.store.set_state("r", record::State::Failed, {"io", "the disk is full"}).value();
  ASSERT_TRUE(wait_until([&] { return button->isVisible(); }));
  EXPECT_FALSE(button->isEnabled());
  EXPECT_THAT(button->toolTip().toStdString(), HasSubstr("No checkpoint"));
  f.store.add_checkpoint("r", checkpoint_of(50)).value();
  ASSERT_TRUE(wait_until([&] { return button->isEnabled(); }));
  QTest::mouseClick(button, Qt::LeftButton);
  EXPECT_EQ(asked.count(), 1);
  resume.setToolTip(QStringLiteral("It is being resumed."));
  resume.setEnabled(false);
  EXPECT_FALSE(button->isEnabled());
  EXPECT_EQ(button->toolTip().toStdString(), "It is being resumed.");
}

TEST_F(GuiRunDetail, ShowsWhatTheNetworkSeesLiveOnceOrFrozen) {
  auto* probes = detail.findChild<LiveProbes*>();
  ASSERT_TRUE(
      wait_until([&] { return find<QLabel>("probes_empty")->text().contains("probes.every_steps"); }));
  add_probes(100, 1);
  ASSERT_TRUE(wait_until([&] { return probes->step() == 100; }));
  EXPECT_THAT(find<QLabel>("probes_when")->text().toStdString(), HasSubstr("step 100"));
  const ProbeView& view = *probes->wall().view();
  ASSERT_EQ(view.rows.size(), 1U);
  EXPECT_EQ(view.rows[0].picture.size(), QSize(8, 8));
  const figure::Colour nothing = figure::map_colour(figure::ColourMap::Inferno, 0);
  EXPECT_EQ(view.rows[0].maps[0].pixelColor(0, 0), QColor(nothing.red, nothing.green, nothing.blue));
  EXPECT_TRUE(view.rows[0].maps[1].isNull()) << "components were not recorded";
  EXPECT_NE(view.rows[0].maps[2].pixelColor(0, 0), view.rows[0].maps[2].pixelColor(1, 0));

  QTest::mouseClick(find<QToolButton>("probes_frozen"), Qt::LeftButton);
  add_probes(200, 2);
  f.write("r", "loss", 101, 102, [](auto) { return 1.0; });
  ASSERT_TRUE(wait_until([&] { return plot(0)->points() == 152; }));
  EXPECT_EQ(probes->step(), 100);
  QTest::mouseClick(find<QToolButton>("probes_once"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return probes->step() == 200; }));
  add_probes(300, 3);
  f.write("r", "loss", 103, 103, [](auto) { return 1.0; });
  ASSERT_TRUE(wait_until([&] { return plot(0)->points() == 153; }));
  EXPECT_EQ(probes->step(), 200);
  QTest::mouseClick(find<QToolButton>("probes_live"), Qt::LeftButton);
  ASSERT_TRUE(wait_until([&] { return probes->step() == 300; }));
  add_probes(400, 4);
  EXPECT_TRUE(wait_until([&] { return probes->step() == 400; }));
}

TEST_F(GuiRunDetail, MapsAreFlatPatchesOnWholePixels) {
  add_probes(100, 1);
  auto* wall = find<ProbeWall>("probe_wall");
  ASSERT_TRUE(wait_until([&] { return wall->view() != nullptr && wall->isVisible(); }));
  const QImage image = wall->grab().toImage();
  // Four columns; the attention map's cell has two patches a side, each of one colour.
  std::set<QRgb> colours;
  const int side = (wall->width() - 3 * 4) / 4;
  for (int x = side + 4 + 1; x < 2 * side + 4 - 1; ++x) colours.insert(image.pixel(x, 20 + side / 4));
  EXPECT_EQ(colours.size(), 2U);
}

TEST_F(GuiRunDetail, ReopeningFillsTheGap) {
  record.close();
  EXPECT_EQ(plot(0)->points(), 0);
  f.write("r", "loss", 101, 140, [](auto) { return 2.0; });
  record.open(f.folder());
  ASSERT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
  detail.set_runs({"r"});
  ASSERT_TRUE(wait_until([&] { return plot(0)->points() == 140; }));
  EXPECT_EQ(plot(0)->reading("r", 99)->value, 8.0 - 0.99);
  EXPECT_EQ(plot(0)->reading("r", 101)->value, 2.0);
}

// Printed, not asserted in seconds: a slow machine is not a bug.
TEST_F(GuiRunDetail, DoesNotBlockWhileARunGrows) {
  StallWatch::run_loop(300);
  const StallWatch watch;
  for (std::int64_t step = 101; step < 130; ++step) {
    f.write("r", "loss", step, step, [](auto) { return 5.0; });
    StallWatch::run_loop(50);
  }
  ASSERT_GT(watch.delays().size(), 10U);
  std::cout << "longest block of the window: " << watch.longest() << " ms in " << watch.delays().size()
            << " beats\n";
}

}  // namespace
}  // namespace ibot::ui
