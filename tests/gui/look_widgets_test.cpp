// SPDX-License-Identifier: GPL-3.0-or-later
#include "stall_watch.h"
#include "workspace_fixture.h"

#include <ibot/base/clock.h>
#include <ibot/image/encode.h>
#include <ibot/image/image.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>
#include <ui/bridge/record.h>
#include <ui/bridge/run_history.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/attention_view.h>
#include <ui/views/canvas_set.h>
#include <ui/views/clusters_view.h>
#include <ui/views/look_page.h>
#include <ui/views/timeline_bar.h>
#include <ui/widgets/card_grid.h>
#include <ui/widgets/map_grid.h>
#include <ui/widgets/match_canvas.h>
#include <ui/widgets/notice.h>
#include <ui/widgets/patch_canvas.h>
#include <ui/widgets/row_layout.h>
#include <ui/widgets/timeline.h>

#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

PatchPicture map_of(int rows, int columns) {
  PatchPicture content;
  content.picture = QImage(8 * columns, 8 * rows, QImage::Format_RGB32);
  content.picture.fill(Qt::gray);
  content.rows = rows;
  content.columns = columns;
  for (int i = 0; i < rows * columns; ++i) content.values.push_back(static_cast<float>(i));
  content.range = {0, static_cast<double>(rows * columns - 1)};
  return content;
}

class GuiPatchCanvas : public testing::Test {
 protected:
  GuiPatchCanvas() {
    canvas.resize(320, 240);
    canvas.set_content(map_of(3, 4));
    QObject::connect(&canvas, &PatchCanvas::picked, &canvas, [this](PatchAt patch, bool dragging) {
      picks.push_back(patch);
      drags += dragging ? 1 : 0;
    });
    canvas.show();
  }
  QPoint middle(int row, int column) { return canvas.patch_rect({row, column}).center().toPoint(); }

  PatchCanvas canvas;
  std::vector<PatchAt> picks;
  int drags = 0;
};

TEST_F(GuiPatchCanvas, ClickDragAndArrowsChooseAPatch) {
  QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle(1, 2));
  ASSERT_EQ(picks.size(), 1U);
  EXPECT_EQ(picks.back(), (PatchAt{1, 2}));
  EXPECT_EQ(canvas.content().mark, (PatchAt{1, 2}));
  QTest::mousePress(&canvas, Qt::LeftButton, {}, middle(0, 0));
  QTest::mouseMove(&canvas, middle(0, 1));
  QTest::mouseMove(&canvas, middle(0, 1) + QPoint(2, 0));  // the same patch: nothing new
  QTest::mouseMove(&canvas, middle(2, 3));
  QTest::mouseRelease(&canvas, Qt::LeftButton, {}, middle(2, 3));
  EXPECT_EQ(picks.back(), (PatchAt{2, 3}));
  EXPECT_EQ(picks.size(), 4U);
  EXPECT_EQ(drags, 2);
  QTest::keyClick(&canvas, Qt::Key_Left);
  EXPECT_EQ(picks.back(), (PatchAt{2, 2}));
  QTest::keyClick(&canvas, Qt::Key_Down);  // there is no further one
  EXPECT_EQ(picks.back(), (PatchAt{2, 2}));
  canvas.set_choosing(false);
  const std::size_t before = picks.size();
  QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle(1, 1));
  EXPECT_EQ(picks.size(), before);
}

TEST_F(GuiPatchCanvas, NearestIsOneFlatSquareAPatchAndSmoothIsNot) {
  canvas.set_opacity(1);
  const auto colours = [&] {
    const QImage image = canvas.rendered(1);
    std::set<QRgb> seen;
    const int y = image.height() / 2;
    for (int x = 0; x < image.width(); ++x) seen.insert(image.pixel(x, y));
    return seen.size();
  };
  EXPECT_EQ(colours(), 4U);
  canvas.set_smooth(true);
  EXPECT_GT(colours(), 20U);
  canvas.set_overlay_visible(false);
  EXPECT_EQ(colours(), 1U) << "the picture alone";
}

TEST_F(GuiPatchCanvas, NonsenseIsNotDrawn) {
  PatchPicture content = map_of(3, 4);
  content.values.pop_back();
  content.inside = {1, 0};
  content.mark = {7, 7};
  canvas.set_content(content);
  EXPECT_TRUE(canvas.content().values.empty());
  EXPECT_TRUE(canvas.content().inside.empty());
  EXPECT_FALSE(canvas.grab().isNull());
  canvas.set_content({});
  EXPECT_EQ(canvas.patch_at({160, 120}), PatchAt{});
}

TEST(GuiMapGrid, ClickAndKeysChooseHoverPreviews) {
  MapGrid grid;
  grid.resize(240, 200);
  grid.set_shape(4, 3);
  grid.set_chosen(4, 0);
  QSignalSpy chosen(&grid, &MapGrid::chosen), hovered(&grid, &MapGrid::hovered);
  grid.show();
  QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.cell(2, 3).center().toPoint());
  ASSERT_EQ(chosen.size(), 1);
  EXPECT_EQ(chosen.back().at(0).toInt(), 2);
  EXPECT_EQ(chosen.back().at(1).toInt(), 3);
  QTest::keyClick(&grid, Qt::Key_Left);
  QTest::keyClick(&grid, Qt::Key_Up);
  EXPECT_EQ(grid.layer(), 1);
  EXPECT_EQ(grid.head(), 2);
  QTest::keyClick(&grid, Qt::Key_Up);  // there is none
  EXPECT_EQ(chosen.size(), 3);
  QTest::mouseMove(&grid, grid.cell(3, 1).center().toPoint());
  ASSERT_FALSE(hovered.isEmpty());
  EXPECT_EQ(hovered.back().at(0).toInt(), 3);
  EXPECT_EQ(grid.layer(), 1) << "hovering chooses nothing";
  EXPECT_FALSE(grid.has_map(1, 1));
  grid.set_map(1, 1, QImage(2, 2, QImage::Format_RGB32));
  grid.set_map(9, 1, QImage(2, 2, QImage::Format_RGB32));  // of another network
  EXPECT_TRUE(grid.has_map(1, 1));
}

TEST(GuiTimeline, FollowsTheHandAndTheKeys) {
  Timeline line;
  line.resize(600, 44);
  line.set_steps({0, 100, 200, 300, 1000}, {0, 1000});
  EXPECT_EQ(line.step(), 1000) << "at the end until somebody moves it";
  QSignalSpy moved(&line, &Timeline::moved);
  line.show();
  QTest::mousePress(&line, Qt::LeftButton, {}, QPoint(static_cast<int>(line.x_of(190)), 10));
  EXPECT_EQ(line.step(), 200);
  QTest::mouseMove(&line, QPoint(static_cast<int>(line.x_of(320)), 10));
  QTest::mouseRelease(&line, Qt::LeftButton, {}, QPoint(static_cast<int>(line.x_of(320)), 10));
  EXPECT_EQ(line.step(), 300);
  EXPECT_EQ(moved.size(), 2);
  QTest::keyClick(&line, Qt::Key_Left);
  EXPECT_EQ(line.step(), 200);
  QTest::keyClick(&line, Qt::Key_Left, Qt::ShiftModifier);
  EXPECT_EQ(line.step(), 0);
  QTest::keyClick(&line, Qt::Key_End);
  EXPECT_EQ(line.step(), 1000);
  EXPECT_FALSE(line.advance());
  // More of the run: who stands at the end stays there, who looks back stays where he looks.
  line.set_steps({0, 100, 200, 300, 1000, 1100}, {0});
  EXPECT_EQ(line.step(), 1100);
  QTest::keyClick(&line, Qt::Key_Home);
  line.set_steps({0, 100, 1200}, {0});
  EXPECT_EQ(line.step(), 0);
}

TEST(GuiCardGrid, ChoosesACardAndLetsItGo) {
  CardGrid grid;
  std::vector<CardGrid::Card> cards;
  for (int i = 0; i < 5; ++i) cards.push_back({10 + i, "p", "1", std::vector<QImage>(2)});
  grid.resize(300, 400);
  grid.set_cards(cards);
  grid.show();
  QSignalSpy chosen(&grid, &CardGrid::chosen);
  QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.place(1).center());
  EXPECT_EQ(chosen.back().at(0).toLongLong(), 11);
  QTest::keyClick(&grid, Qt::Key_Right);
  EXPECT_EQ(chosen.back().at(0).toLongLong(), 12);
  QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.place(2).center());
  EXPECT_EQ(chosen.back().at(0).toLongLong(), -1);
}

TEST(GuiMatchCanvas, TheLineUnderTheMouseStandsOut) {
  MatchCanvas canvas;
  canvas.resize(640, 320);
  QImage picture(32, 32, QImage::Format_RGB32);
  picture.fill(Qt::gray);
  canvas.set_content({MatchCanvas::Side{picture, "a", 4, 4}, MatchCanvas::Side{picture, "b", 4, 4}},
                     {{{0, 0}, {3, 3}, 0.9}, {{2, 1}, {1, 2}, 0.5}});
  canvas.show();
  QTest::mouseMove(&canvas, canvas.centre(1, {1, 2}).toPoint());
  EXPECT_EQ(canvas.hovered(), 1);
  QTest::mouseMove(&canvas, canvas.centre(0, {0, 0}).toPoint());
  EXPECT_EQ(canvas.hovered(), 0);
  EXPECT_FALSE(canvas.grab().isNull());
}

/// A run whose looks this process records, as a trainer would; nothing of it can be asked.
class GuiLookHistory : public testing::Test {
 protected:
  GuiLookHistory() {
    f.start("r", "small");
    record.open(f.folder());
  }
  void add_looks(int first, int last, int pictures) {
    const auto bytes = [](std::size_t count, int value) {
      return std::vector<std::byte>(count, static_cast<std::byte>(value));
    };
    for (int picture = 0; first == 0 && picture < pictures; ++picture) {
      image::Image image;
      image.reshape(32, 32);
      std::fill_n(image.data(), image.bytes(), static_cast<std::uint8_t>(40 * picture));
      f.store
          .add_probe("r", {"p" + std::to_string(picture), picture,
                           "/photos/" + std::to_string(picture) + ".png", image::encode_png(image)})
          .value();
    }
    for (int look = first; look <= last; ++look) {
      std::vector<record::ProbeSnapshot> rows;
      for (int picture = 0; picture < pictures; ++picture) {
        const std::string id = "p" + std::to_string(picture);
        const std::int64_t now = base::now_micros();
        rows.push_back({10 * look, "attention_cls", id,
                        R"({"shape": [1, 4, 4], "type": "uint8", "peak": [0.5]})", bytes(16, look % 256),
                        now});
        rows.push_back(
            {10 * look, "clusters", id, R"({"shape": [4, 4], "type": "uint8"})", bytes(16, look % 32), now});
        rows.push_back(
            {10 * look, "pca", id, R"({"shape": [4, 4, 3], "type": "uint8"})", bytes(48, look % 256), now});
      }
      f.store.add_probe_snapshots("r", rows).value();
    }
  }

  WorkspaceFixture f;
  Record record;
};

TEST_F(GuiLookHistory, IsReadCoarselyAtFirstAndFollowed) {
  add_looks(0, 40, 2);
  f.write("r", "loss", 1, 100, [](std::int64_t step) { return 100.0 - static_cast<double>(step); });
  HistoryFollower follower;
  std::vector<RunHistoryPtr> seen;
  QObject::connect(&follower, &HistoryFollower::changed, &follower,
                   [&](const RunHistoryPtr& history) { seen.push_back(history); });
  follower.follow(f.folder(), "r");
  ASSERT_TRUE(wait_until([&] { return !seen.empty() && seen.back()->complete; }));
  EXPECT_FALSE(seen.front()->complete) << "the first message does not wait for the looks";
  const RunHistory& all = *seen.back();
  EXPECT_EQ(all.looks.size(), 41U);
  EXPECT_EQ(all.pictures.size(), 2U);
  EXPECT_EQ(all.metric, "loss");
  EXPECT_GT(all.curve.size(), 1U);
  EXPECT_EQ(all.look_at(205)->step, 200);
  EXPECT_EQ(all.look_at(-1), nullptr);
  EXPECT_EQ(all.find("p1"), 1);
  EXPECT_EQ(all.find(""), -1);
  EXPECT_TRUE(all.looks[0]->map(0, ProbeKind::Prototypes).isNull()) << "none was recorded";
  EXPECT_FALSE(all.keeps(0));
  add_looks(41, 42, 2);
  EXPECT_TRUE(wait_until([&] { return seen.back()->looks.size() == 43U; }));
  // What cannot be read is said in words.
  QSignalSpy problem(&follower, &HistoryFollower::problem);
  follower.follow(QString::fromStdString((f.dir / "nowhere").string()), "r");
  EXPECT_TRUE(wait_until([&] { return !problem.isEmpty(); }));
}

TEST_F(GuiLookHistory, AgreementWithPartsStandsBesideColoursAndTheUntrained) {
  add_looks(0, 4, 1);
  f.write("r", "loss", 1, 40, [](std::int64_t step) { return 100.0 - static_cast<double>(step); });
  std::vector<record::Evaluation> rows;
  const auto add = [&](std::int64_t step, const char* network, const char* metric, double value,
                       const char* settings) {
    rows.push_back({step, "part_clusters", network, metric, value, settings, base::now_micros()});
  };
  add(0, "raw_pixels", "nmi", 0.075, R"({"clusters": 64})");
  add(0, "teacher", "nmi", 0.08, R"({"clusters": 64})");
  add(20, "teacher", "nmi", 0.125, R"({"clusters": 64})");
  add(20, "teacher", "projection_nmi", 0.1, R"({"clusters": 64})");
  add(40, "teacher", "nmi", 0.25, R"({"clusters": 64})");
  // Of another number of clusters: no point of the same curve.
  add(40, "teacher", "nmi", 0.9, R"({"clusters": 8})");
  f.store.add_evaluations("r", rows).value();
  Inspector inspector(QStringLiteral("/nowhere/ibot"));
  LookPage page(record, inspector);
  ASSERT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
  page.resize(1280, 700);
  page.show();
  ASSERT_TRUE(wait_until([&] { return page.context().history().complete; }));
  const RunHistory& history = page.context().history();
  EXPECT_EQ(history.metric, "part_clusters/nmi");
  ASSERT_EQ(history.curve.size(), 3U);
  EXPECT_EQ(history.curve.back().value, 0.25);
  auto* line = page.findChild<Timeline*>(QStringLiteral("timeline"));
  ASSERT_EQ(line->references().size(), 2U);
  EXPECT_THAT(
      line->legend().toStdString(),
      HasSubstr("NMI of patch clusters with parts: 0.250 \u00b7 untrained 0.080 \u00b7 colours alone 0.075"));
  page.context().set_step(20);
  EXPECT_THAT(line->legend().toStdString(), HasSubstr("parts: 0.125"));
  // As curves they have a view of their own, which needs neither weights nor masks.
  QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("view_agreement")), Qt::LeftButton);
  auto* plot = page.view().findChild<CurvePlot*>(QStringLiteral("agreement_plot"));
  ASSERT_NE(plot, nullptr);
  ASSERT_TRUE(wait_until([&] { return plot->points() == 4; }));
  EXPECT_EQ(plot->reading(QStringLiteral("recorded/nmi"), 40)->value, 0.25);
  EXPECT_EQ(page.view().notice().words(), "");
  auto* compute = page.findChild<QPushButton*>(QStringLiteral("agreement_compute"));
  EXPECT_FALSE(compute->isEnabled());
  EXPECT_THAT(compute->toolTip().toStdString(), HasSubstr("keeps no weights"));
  // Beside each folder a button that chooses it.
  for (const char* name : {"agreement_pictures", "agreement_masks"}) {
    auto* choose = page.findChild<QPushButton*>(QString::fromLatin1(name) + QStringLiteral("_choose"));
    ASSERT_NE(choose, nullptr) << name;
    EXPECT_EQ(choose->parentWidget(), page.findChild<QLineEdit*>(QString::fromLatin1(name))->parentWidget());
    EXPECT_TRUE(choose->isVisible());
  }
}

TEST_F(GuiLookHistory, ScrubbingShowsWhatWasRecordedAndSaysSo) {
  add_looks(0, 200, 4);
  Inspector inspector(QStringLiteral("/nowhere/ibot"));
  LookPage page(record, inspector);
  ASSERT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
  page.resize(1280, 700);
  page.show();
  EXPECT_EQ(page.context().run(), "r");
  ASSERT_TRUE(wait_until([&] { return page.context().history().complete; }));
  auto* line = page.findChild<Timeline*>(QStringLiteral("timeline"));
  auto* view = dynamic_cast<AttentionView*>(&page.view());
  ASSERT_NE(view, nullptr);
  // No weights: the newest look stands in for the newest answer.
  ASSERT_TRUE(wait_until([&] { return !view->canvas().content().patches.isNull(); }));

  QTest::mouseClick(line, Qt::LeftButton, {}, QPoint(static_cast<int>(line->x_of(500)), 10));
  EXPECT_EQ(page.context().step(), 500);
  EXPECT_THAT(view->caption().toStdString(),
              HasSubstr("recorded while it trained: teacher, step 500 of small"));
  EXPECT_EQ(page.findChild<QLabel*>(QStringLiteral("timeline_source"))->text(), "as recorded");
  EXPECT_EQ(view->notice().words(), "");

  // Every stop of a drag is on the screen before the next event.
  QElapsedTimer timer;
  std::vector<double> frames;
  for (int look = 0; look <= 200; ++look) {
    timer.start();
    line->setFocus();
    page.context().set_step(10 * look);
    view->canvas().repaint();
    frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    ASSERT_THAT(view->caption().toStdString(),
                HasSubstr("step " + std::string(look < 100 ? std::to_string(10 * look) : "")));
  }
  std::sort(frames.begin(), frames.end());
  // Printed, not asserted: the machine may be busy.
  std::cout << "scrubbing 200 looks: median " << frames[frames.size() / 2] << " ms, 95th percentile "
            << frames[frames.size() * 95 / 100] << " ms a frame\n";

  // The same moment in the next view; a view without records says what it needs.
  page.context().set_step(500);
  QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("view_clusters")), Qt::LeftButton);
  auto* clusters = dynamic_cast<ClustersView*>(&page.view());
  ASSERT_NE(clusters, nullptr);
  ASSERT_TRUE(wait_until([&] { return !clusters->canvases().canvas(3).content().patches.isNull(); }));
  const figure::Colour colour = figure::cluster_colour(50 % 32);
  EXPECT_EQ(clusters->canvases().canvas(0).content().patches.pixelColor(1, 1),
            QColor(colour.red, colour.green, colour.blue));
  QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("view_similarity")), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return page.view().notice().words().contains("no weights yet"); }));
}

TEST_F(GuiLookHistory, PlaysToItsEndByKeyboard) {
  add_looks(0, 6, 1);
  Inspector inspector(QStringLiteral("/nowhere/ibot"));
  LookPage page(record, inspector);
  ASSERT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
  page.resize(1280, 700);
  page.show();
  ASSERT_TRUE(wait_until([&] { return page.context().history().complete; }));
  std::vector<qint64> steps;
  QObject::connect(&page.context(), &LookContext::step_changed, &page,
                   [&] { steps.push_back(page.context().step()); });
  QTest::keyClick(&page, Qt::Key_Space);
  EXPECT_TRUE(page.timeline().playing());
  ASSERT_TRUE(wait_until([&] { return !page.timeline().playing(); }));
  EXPECT_THAT(steps, testing::ElementsAre(0, 10, 20, 30, 40, 50, 60));
  QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("timeline_newest")), Qt::LeftButton);
  EXPECT_EQ(page.context().step(), LookContext::kNewest);
}

TEST_F(GuiLookHistory, EveryRecordedStepAsASeriesOfFrames) {
  add_looks(0, 3, 1);
  Inspector inspector(QStringLiteral("/nowhere/ibot"));
  LookPage page(record, inspector);
  ASSERT_TRUE(wait_until([&] { return record.run("r") != nullptr; }));
  page.resize(1280, 700);
  page.show();
  ASSERT_TRUE(wait_until([&] { return page.context().history().complete; }));
  QSignalSpy saved(&page, &LookPage::saved);
  page.save_frames(QString::fromStdString(f.dir.path().string()));
  ASSERT_TRUE(wait_until([&] { return !saved.isEmpty(); }));
  EXPECT_EQ(saved.front().at(1).toString(), "");
  const QImage first(QString::fromStdString((f.dir / "step-00000000.png").string()));
  const QImage last(QString::fromStdString((f.dir / "step-00000030.png").string()));
  EXPECT_FALSE(first.isNull());
  EXPECT_NE(first, last);
  EXPECT_EQ(page.context().step(), LookContext::kNewest);
}

TEST(GuiLookPage, AnEmptyPageSaysWhatBelongsThere) {
  Record record;
  Inspector inspector(QStringLiteral("/nowhere/ibot"));
  LookPage page(record, inspector);
  page.resize(1280, 700);
  page.show();
  auto* open = page.findChild<QPushButton*>("look_open_weights");
  ASSERT_NE(open, nullptr);
  EXPECT_TRUE(open->isVisible());
  EXPECT_FALSE(page.view().isVisible());
  EXPECT_FALSE(page.findChild<QToolButton*>("look_save")->isEnabled());
  EXPECT_TRUE(page.picture().isNull());
}

TEST(GuiNotice, SaysASentenceWithAButton) {
  QWidget over;
  over.resize(500, 300);
  Notice notice(&over);
  QSignalSpy clicked(&notice, &Notice::clicked);
  over.show();
  notice.say("Something is missing.", true, "Mend it");
  EXPECT_TRUE(notice.is_bad());
  EXPECT_TRUE(over.rect().contains(notice.geometry()));
  QTest::mouseClick(notice.findChild<QPushButton*>(), Qt::LeftButton);
  EXPECT_EQ(clicked.size(), 1);
  notice.say({});
  EXPECT_FALSE(notice.isVisible());
}

TEST(GuiRowLayout, HasAsManyLinesAsItNeeds) {
  QWidget host;
  auto* row = new RowLayout(&host);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(10);
  std::vector<QWidget*> tools;
  for (int i = 0; i < 4; ++i) {
    tools.push_back(new QWidget);
    tools.back()->setFixedSize(100, 20);
    row->addWidget(tools.back());
    if (i == 1) row->addStretch();
  }
  host.show();
  EXPECT_EQ(host.minimumSizeHint().width(), 100) << "as wide as the widest";
  EXPECT_EQ(row->heightForWidth(430), 20);
  EXPECT_EQ(row->heightForWidth(429), 50) << "three and one";
  EXPECT_EQ(row->heightForWidth(210), 50);
  EXPECT_EQ(row->heightForWidth(100), 110);
  row->setGeometry({0, 0, 600, 20});
  EXPECT_EQ(tools[2]->geometry(), QRect(390, 0, 100, 20)) << "stretched";
  row->setGeometry({0, 0, 220, 50});
  EXPECT_EQ(tools[1]->geometry(), QRect(110, 0, 100, 20));
  EXPECT_EQ(tools[2]->geometry(), QRect(0, 30, 100, 20));
  // What is hidden takes no place.
  tools[0]->hide();
  row->setGeometry({0, 0, 220, 50});
  EXPECT_EQ(tools[2]->geometry(), QRect(110, 0, 100, 20));
}

}  // namespace
}  // namespace ibot::ui
