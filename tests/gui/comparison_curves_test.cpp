// SPDX-License-Identifier: GPL-3.0-or-later
#include "many_runs.h"
#include "screenshots.h"
#include "workspace_fixture.h"

#include <ibot/base/file.h>
#include <ibot/compare/statistics.h>
#include <ibot/record/study.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <ui/bridge/program.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/comparison_curves.h>
#include <ui/views/earlier_button.h>
#include <ui/views/plot_panel.h>
#include <ui/widgets/line_legend.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QProcess>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSteps = 200;

/// Two masks with three seeds each, one mask with a single run, and a branch of it.
class GuiComparisonCurves : public testing::Test {
 protected:
  GuiComparisonCurves() {
    for (const char* mask : {"block", "random"}) {
      for (int seed = 0; seed < 3; ++seed) create(id_of(mask, seed), mask, seed, {});
    }
    create("none-0", "none", 0, {}, 32);
    create("leaf", "none", 0, record::Lineage{"none-0", 100});
    record.open(f.folder());
    page.resize(1100, 620);
    page.show();
    EXPECT_TRUE(wait_until([&] { return record.runs().size() == 8; }));
  }
  static std::string id_of(const std::string& mask, int seed) { return mask + "-" + std::to_string(seed); }
  static double value(const std::string& mask, int seed, std::int64_t step) {
    const double floor = mask == "block" ? 2.0 : 3.0;
    return floor + 4.0 / (1 + 0.02 * static_cast<double>(step)) + 0.1 * seed +
           0.05 * std::sin(static_cast<double>(step * (seed + 1)));
  }
  void create(const std::string& id, const std::string& mask, int seed, std::optional<record::Lineage> parent,
              int batch = 64) {
    auto plan = nlohmann::json::parse(gui_test::plan_of(0));
    plan["values"]["mask.plugin"] = mask;
    plan["values"]["seed"] = seed;
    plan["derived"]["effective_batch"] = batch;
    record::NewRun run;
    run.id = id;
    run.name = "run " + id;
    run.plan_json = plan.dump();
    run.plan_hash = std::string(64, 'a');
    const std::string same(64, 'b');
    run.hashes = {mask + std::to_string(batch), same, same, std::to_string(seed), same};
    run.planned_steps = kSteps;
    const std::int64_t first = parent ? parent->step + 1 : 1;
    run.parent = std::move(parent);
    f.store.create_run(run).value();
    f.store.claim_run(id).value();
    f.store.set_state(id, record::State::Running).value();
    f.write(id, "loss", first, kSteps, [&](auto step) { return value(mask, seed, step); });
  }
  static QStringList masks() {
    return {"block-0", "block-1", "block-2", "random-0", "random-1", "random-2", "none-0"};
  }
  bool show(const QStringList& runs, qsizetype lines, const QString& baseline = {}) {
    page.set_runs(runs, baseline);
    return wait_until([&] { return static_cast<qsizetype>(page.lines().lines.size()) == lines; });
  }
  QComboBox* box(const char* name) { return page.findChild<QComboBox*>(QString::fromLatin1(name)); }
  bool choose(const char* name, const QVariant& data) {
    QComboBox* combo = box(name);
    const int row = combo->findData(data);
    if (row < 0) return false;
    QSignalSpy drawn(&page, &ComparisonCurves::drawn);
    combo->setCurrentIndex(row);
    Q_EMIT combo->activated(row);
    return wait_until([&] { return !drawn.isEmpty(); });
  }
  void smooth(int position) {
    QSignalSpy drawn(&page, &ComparisonCurves::drawn);
    page.findChild<QSlider*>("comparison_smoothing")->setValue(position);
    EXPECT_TRUE(wait_until([&] { return !drawn.isEmpty(); }));
  }
  std::string caption() { return page.findChild<QLabel*>("comparison_caption")->text().toStdString(); }
  QStringList legend() {
    QStringList words;
    for (const LineLegend::Entry& entry : page.findChild<LineLegend*>("comparison_legend")->entries())
      words << entry.text;
    return words;
  }
  const compare::ComparisonLine* line(const std::string& label) {
    for (const compare::ComparisonLine& each : page.lines().lines) {
      if (each.label == label) return &each;
    }
    ADD_FAILURE() << "no line is called " << label;
    return nullptr;
  }

  // Before the page, which reads them.
  struct NoSettings {
    NoSettings() { clear_settings(); }
  } no_settings;
  WorkspaceFixture f;
  Record record;
  ComparisonCurves page{record};
};

TEST_F(GuiComparisonCurves, TheLegendIsMadeOfWhatDiffers) {
  ASSERT_TRUE(show({"block-0", "block-1", "random-0"}, 3));
  EXPECT_EQ(legend(), QStringList({"mask=block seed=0", "mask=block seed=1", "mask=random"}));
  ASSERT_TRUE(show({"block-0", "block-1"}, 2, "block-1"));
  EXPECT_EQ(legend(), QStringList({"seed=0", "seed=1, baseline"}));
}

TEST_F(GuiComparisonCurves, ReplicatesAreOneLineWithTheirInterval) {
  ASSERT_TRUE(show(masks(), 7));
  smooth(0);
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  ASSERT_EQ(page.lines().lines.size(), 3U);
  const compare::ComparisonLine* block = line("mask=block (n = 3)");
  ASSERT_NE(block, nullptr);
  ASSERT_EQ(block->x.size(), static_cast<std::size_t>(kSteps));
  const std::vector<double> at_end = {value("block", 0, kSteps), value("block", 1, kSteps),
                                      value("block", 2, kSteps)};
  EXPECT_NEAR(block->y.back(), (at_end[0] + at_end[1] + at_end[2]) / 3, 1e-12);
  const auto interval = compare::t_interval(at_end);
  EXPECT_NEAR(block->low.back(), interval->low, 1e-9);
  EXPECT_NEAR(block->high.back(), interval->high, 1e-9);
  const compare::ComparisonLine* single = line("mask=none (single run)");
  ASSERT_NE(single, nullptr);
  EXPECT_TRUE(single->low.empty());
  EXPECT_TRUE(page.panel().plot()->has_bands());
  EXPECT_THAT(caption(), HasSubstr("95 % t-interval"));
  EXPECT_THAT(caption(), HasSubstr("A single run has no interval"));
  EXPECT_THAT(caption(), HasSubstr("Not smoothed"));
  smooth(3);
  EXPECT_THAT(caption(), HasSubstr("m = 0.9 m + 0.1 x"));
  ASSERT_TRUE(choose("comparison_gather", QString()));
  EXPECT_FALSE(page.panel().plot()->has_bands());
  EXPECT_THAT(caption(), Not(HasSubstr("interval")));
}

TEST_F(GuiComparisonCurves, TheCursorTellsWhatEachLineHas) {
  ASSERT_TRUE(show(masks(), 7));
  smooth(0);
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  Q_EMIT page.panel().plot()->cursor_moved(100);
  const auto told = [&] { return page.findChild<QLabel*>("comparison_values")->text().toStdString(); };
  EXPECT_THAT(told(), HasSubstr("At 100"));
  EXPECT_THAT(told(), HasSubstr("mask=block (n = 3) "));
  EXPECT_THAT(told(), HasSubstr("["));
  Q_EMIT page.panel().plot()->cursor_moved(std::nan(""));
  EXPECT_TRUE(told().empty());
}

TEST_F(GuiComparisonCurves, ParametersChooseColourAndDash) {
  ASSERT_TRUE(show(masks(), 7));
  ASSERT_TRUE(choose("comparison_colour", "mask.plugin"));
  ASSERT_TRUE(choose("comparison_dash", "seed"));
  EXPECT_EQ(legend(), QStringList({"mask.plugin", "block", "none", "random", "seed", "0", "1", "2"}));
  const compare::ComparisonLine* one = line("mask=random seed=2");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->colour_place, 2);
  EXPECT_EQ(one->dash_place, 2);
  // A mean over seeds has no one seed: it can choose no dash any more.
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  EXPECT_LT(box("comparison_dash")->findData("seed"), 0);
  EXPECT_GE(box("comparison_colour")->findData("mask.plugin"), 0);
  EXPECT_EQ(legend(), QStringList({"mask.plugin", "block", "none", "random"}));
}

TEST_F(GuiComparisonCurves, AnyParameterGathers) {
  ASSERT_TRUE(show(masks(), 7));
  ASSERT_TRUE(choose("comparison_gather", "seed"));
  ASSERT_EQ(page.lines().lines.size(), 3U);
  EXPECT_THAT(line("seed=0 (n = 3)")->runs, testing::ElementsAre("block-0", "random-0", "none-0"));
  EXPECT_THAT(caption(), HasSubstr("that value of seed, whatever else differs"));
}

TEST_F(GuiComparisonCurves, CurvesAreAlignedByWhatIsChosen) {
  ASSERT_TRUE(show({"block-0", "none-0", "leaf"}, 3));
  const auto first = [&](const std::string& run) {
    for (const compare::ComparisonLine& each : page.lines().lines) {
      if (each.runs.front() == run) return each.x.front();
    }
    return -1.0;
  };
  EXPECT_EQ(first("leaf"), 101);
  ASSERT_TRUE(choose("comparison_align", static_cast<int>(compare::Alignment::Branch)));
  EXPECT_EQ(first("leaf"), 1);
  EXPECT_EQ(first("block-0"), 1);
  EXPECT_THAT(caption(), HasSubstr("where a run left its parent"));
  ASSERT_TRUE(choose("comparison_align", static_cast<int>(compare::Alignment::Images)));
  EXPECT_EQ(first("block-0"), 64);
  EXPECT_EQ(first("none-0"), 32);
  ASSERT_TRUE(choose("comparison_align", static_cast<int>(compare::Alignment::Time)));
  EXPECT_EQ(first("leaf"), 0);
}

TEST_F(GuiComparisonCurves, RunsThatTrainAreFollowed) {
  ASSERT_TRUE(show({"block-0"}, 1));
  const auto points = [&] { return page.lines().lines.empty() ? 0 : page.lines().lines.front().x.size(); };
  ASSERT_TRUE(wait_until([&] { return points() == kSteps; }));
  f.write("block-0", "loss", kSteps + 1, kSteps + 10, [](auto) { return 2.0; });
  EXPECT_TRUE(wait_until([&] { return points() == kSteps + 10; }));
}

TEST_F(GuiComparisonCurves, WhatIsSeenIsExported) {
  ASSERT_TRUE(show(masks(), 7));
  smooth(0);
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  QSignalSpy exported(&page, &ComparisonCurves::exported);
  for (const char* name : {"curves.csv", "curves.png", "curves.svg"}) {
    exported.clear();
    const std::filesystem::path file = f.dir / name;
    page.panel().export_to(QString::fromStdString(file.string()));
    ASSERT_TRUE(wait_until([&] { return !exported.isEmpty(); })) << name;
    EXPECT_TRUE(exported[0][1].toString().isEmpty()) << exported[0][1].toString().toStdString();
    EXPECT_GT(std::filesystem::file_size(file), 500U) << name;
  }
  const std::string csv = base::read_text_file(f.dir / "curves.csv").value();
  EXPECT_THAT(csv, testing::StartsWith("step,line,runs,n,value,low95,high95\n"));
  EXPECT_THAT(csv, HasSubstr("200,\"mask=block (n = 3)\",\"block-0 block-1 block-2\",3,"));
  EXPECT_THAT(csv, HasSubstr("\"mask=none (single run)\",\"none-0\",1,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 3 * kSteps);
}

TEST_F(GuiComparisonCurves, NothingIsExportedOverWhatAWorkspaceKeeps) {
  ASSERT_TRUE(show(masks(), 7));
  QSignalSpy exported(&page, &ComparisonCurves::exported);
  const std::filesystem::path kept = f.workspace.folder() / "runs/block-0/curves.csv";
  std::filesystem::create_directories(kept.parent_path());
  base::write_file_atomically(kept, std::string_view("kept")).value();
  page.panel().export_to(QString::fromStdString(kept.string()));
  ASSERT_EQ(exported.size(), 1);
  EXPECT_THAT(exported[0][1].toString().toStdString(), HasSubstr("keeps its runs"));
  EXPECT_EQ(base::read_text_file(kept).value(), "kept");
  page.panel().export_to(QString::fromStdString((f.workspace.folder() / "record.sqlite").string()));
  ASSERT_EQ(exported.size(), 2);
  EXPECT_FALSE(exported[1][1].toString().isEmpty());
}

TEST_F(GuiComparisonCurves, ABandIsReadAgainWhenOneOfItsRunsHasChanged) {
  ASSERT_TRUE(show({"leaf"}, 1));
  smooth(0);
  page.set_earlier({"runs chosen by hand", {}, {"block-0", "block-1"}});
  ASSERT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->n == 2; }));
  EXPECT_EQ(page.lines().band->x.back(), kSteps);
  for (const char* run : {"block-0", "block-1"})
    f.write(run, "loss", kSteps + 1, kSteps + 50, [](auto) { return 1.5; });
  EXPECT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->x.back() == kSteps + 50; }));
  EXPECT_NEAR(page.lines().band->low.back(), 1.5, 1e-12);
}

TEST_F(GuiComparisonCurves, TheProgramWritesTheSameCurves) {
  ASSERT_TRUE(show(masks(), 7));
  smooth(0);
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  QSignalSpy exported(&page, &ComparisonCurves::exported);
  page.panel().export_to(QString::fromStdString((f.dir / "window.csv").string()));
  ASSERT_TRUE(wait_until([&] { return !exported.isEmpty(); }));
  const auto run = [&](const QString& file, const QStringList& more) {
    QProcess program;
    program.start(Program::path(), QStringList{"compare"} << masks() << "--curves"
                                                          << "loss"
                                                          << "--workspace" << f.folder() << "--out" << file
                                                          << more);
    EXPECT_TRUE(program.waitForFinished(60'000)) << program.errorString().toStdString();
    return std::pair(program.exitCode(), program.readAllStandardError().toStdString());
  };
  const QString csv = QString::fromStdString((f.dir / "program.csv").string());
  const auto [code, said] = run(csv, {"--gather", "replicates"});
  ASSERT_EQ(code, 0) << said;
  EXPECT_EQ(base::read_text_file(f.dir / "program.csv").value(),
            base::read_text_file(f.dir / "window.csv").value());
  const QString png = QString::fromStdString((f.dir / "program.png").string());
  const auto drawn = run(png, {"--gather", "replicates", "--colour", "mask.plugin", "--smoothing", "0.9",
                               "--earlier", "leaf", "--earlier", "none-0"});
  ASSERT_EQ(drawn.first, 0) << drawn.second;
  const QImage picture(png);
  EXPECT_GT(picture.width(), 600);
  if (const QString folder = qEnvironmentVariable("IBOT_SCREENSHOTS"); !folder.isEmpty()) {
    EXPECT_TRUE(picture.save(folder + QStringLiteral("/curves_program.png")));
  }
  const auto refused = run(csv, {"--gather", "nonsense"});
  EXPECT_EQ(refused.first, 2);
  EXPECT_THAT(refused.second, HasSubstr("mask.plugin"));
}

TEST_F(GuiComparisonCurves, PicturesHaveLegendAndCaptionAsTheProgramDrawsThem) {
  ASSERT_TRUE(show(masks(), 7));
  smooth(0);
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  ASSERT_TRUE(wait_until([&] { return page.panel().plot()->x_range().second > 190; }));
  QSignalSpy exported(&page, &ComparisonCurves::exported);
  const auto save = [&](const char* name) {
    exported.clear();
    const std::filesystem::path file = f.dir / name;
    page.panel().export_to(QString::fromStdString(file.string()));
    EXPECT_TRUE(wait_until([&] { return !exported.isEmpty(); })) << name;
    return file;
  };
  // A figure is higher than the plot alone by its title, legend and caption.
  const QImage picture(QString::fromStdString(save("curves.png").string()));
  const CurvePlot& plot = *page.panel().plot();
  EXPECT_GT(picture.height(), plot.height() * picture.width() / std::max(480, plot.width()) + 40);
  if (const QString folder = qEnvironmentVariable("IBOT_SCREENSHOTS"); !folder.isEmpty()) {
    EXPECT_TRUE(picture.save(folder + QStringLiteral("/curves_figure.png")));
  }
  // The texts of an SVG are outlines; the shades are not.
  const std::string svg = base::read_text_file(save("curves.svg")).value();
  EXPECT_THAT(svg, HasSubstr("fill-opacity"));
}

TEST_F(GuiComparisonCurves, EarlierRunsLieBehindAsABand) {
  f.store.set_folder("random-0", "old").value();
  f.store.set_folder("random-1", "old").value();
  f.store.set_folder("random-2", "old").value();
  ASSERT_TRUE(wait_until([&] { return record.run("random-2")->run.folder == "old"; }));
  ASSERT_TRUE(show({"block-0", "random-2"}, 2));
  smooth(0);
  auto* button = page.findChild<QToolButton*>("comparison_earlier");
  Q_EMIT button->menu()->aboutToShow();
  QAction* folder = nullptr;
  for (QMenu* menu : button->menu()->findChildren<QMenu*>()) {
    for (QAction* action : menu->actions()) {
      if (action->text() == "old") folder = action;
    }
  }
  ASSERT_NE(folder, nullptr);
  folder->trigger();
  ASSERT_TRUE(wait_until([&] { return page.lines().band.has_value(); }));
  const compare::CurveBand& band = *page.lines().band;
  EXPECT_EQ(band.n, 2U) << "what is compared is no earlier run";
  EXPECT_EQ(band.x.size(), static_cast<std::size_t>(kSteps));
  EXPECT_NEAR(band.low.back(), std::min(value("random", 0, kSteps), value("random", 1, kSteps)), 1e-12);
  EXPECT_NEAR(band.high.back(), std::max(value("random", 0, kSteps), value("random", 1, kSteps)), 1e-12);
  EXPECT_TRUE(page.panel().plot()->has_backdrop());
  EXPECT_THAT(caption(), HasSubstr("2 earlier runs, the folder old, from the smallest to the largest value"));
  EXPECT_EQ(legend().back(), QStringLiteral("the folder old (2 earlier runs)"));
  EXPECT_EQ(button->text(), QStringLiteral("the folder old"));
  Q_EMIT page.panel().plot()->cursor_moved(100);
  EXPECT_THAT(page.findChild<QLabel*>("comparison_values")->text().toStdString(), HasSubstr("earlier runs "));
  ASSERT_TRUE(choose("comparison_align", static_cast<int>(compare::Alignment::Images)));
  EXPECT_EQ(page.lines().band->x.back(), kSteps * 64);
  gui_test::save_screenshots(page, "curves_band");

  Q_EMIT button->menu()->aboutToShow();
  button->menu()->findChild<QAction*>("earlier_none")->trigger();
  ASSERT_TRUE(wait_until([&] { return !page.lines().band; }));
  EXPECT_FALSE(page.panel().plot()->has_backdrop());
}

TEST_F(GuiComparisonCurves, ABandIsMadeOfAStudyOrOfWhatIsSelected) {
  record::Study study;
  study.name = "masks";
  for (const QString& run : masks()) study.runs.push_back({run.toStdString(), {}});
  record::Studies::open(f.workspace)->put(study).value();
  ASSERT_TRUE(show({"leaf"}, 1));
  page.set_earlier({"the study masks", "masks", {}});
  ASSERT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->n == 7; }));
  page.set_selected_runs({"block-0", "block-1"});
  auto* button = page.findChild<QToolButton*>("comparison_earlier");
  Q_EMIT button->menu()->aboutToShow();
  EXPECT_TRUE(button->menu()->findChildren<QMenu*>().front()->actions().front()->isChecked());
  button->menu()->findChild<QAction*>("earlier_selected")->trigger();
  EXPECT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->n == 2; }));
}

TEST_F(GuiComparisonCurves, AChosenStudyComesBackWithTheWorkspaceWhileItIsThere) {
  record::Study study;
  study.name = "masks";
  for (const QString& run : masks()) study.runs.push_back({run.toStdString(), {}});
  record::Studies::open(f.workspace)->put(study).value();
  ASSERT_TRUE(show({"leaf"}, 1));
  EarlierButton& button = page.earlier_button();
  Q_EMIT button.menu()->aboutToShow();
  QAction* action = button.menu()->findChildren<QMenu*>().front()->actions().value(0);
  ASSERT_NE(action, nullptr);
  action->trigger();
  ASSERT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->n == 7; }));
  const auto reopen = [&] {
    record.close();
    EXPECT_TRUE(wait_until([&] { return page.lines().lines.empty(); }));
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.runs().size() == 8; }));
    EXPECT_TRUE(show({"leaf"}, 1));
  };
  reopen();
  EXPECT_TRUE(wait_until([&] { return page.lines().band && page.lines().band->n == 7; }));
  record::Studies::open(f.workspace)->remove("masks").value();
  QStringList missed;
  QObject::connect(&button, &EarlierButton::missed, &page, [&](const QString& words) { missed << words; });
  reopen();
  ASSERT_TRUE(wait_until([&] { return !missed.isEmpty(); }));
  EXPECT_THAT(missed.front().toStdString(), HasSubstr("there is no study masks any more"));
  EXPECT_FALSE(page.lines().band);
}

TEST_F(GuiComparisonCurves, SaysWhatIsMissing) {
  EXPECT_TRUE(caption().empty());
  f.create("empty", "nothing yet");
  ASSERT_TRUE(show({"block-0", "empty"}, 1));
  EXPECT_THAT(caption(), HasSubstr("One run has no value of this metric"));
  page.set_metric("knn/top1");
  ASSERT_TRUE(wait_until([&] { return page.lines().lines.empty(); }));
  record.close();
  EXPECT_TRUE(wait_until([&] { return caption().empty(); }));
}

TEST_F(GuiComparisonCurves, LooksRight) {
  ASSERT_TRUE(show(masks(), 7));
  gui_test::save_screenshots(page, "curves_single");
  ASSERT_TRUE(choose("comparison_gather", QString::fromLatin1(compare::kByReplicates)));
  ASSERT_TRUE(choose("comparison_colour", "mask.plugin"));
  gui_test::save_screenshots(page, "curves_means");
  EXPECT_GT(page.panel().plot()->points(), 0);
}

}  // namespace
}  // namespace ibot::ui
