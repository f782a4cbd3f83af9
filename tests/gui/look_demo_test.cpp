// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>
#include <ui/bridge/record.h>
#include <ui/bridge/scene_drawing.h>
#include <ui/style/theme.h>
#include <ui/views/attention_view.h>
#include <ui/views/canvas_set.h>
#include <ui/views/clusters_view.h>
#include <ui/views/look_page.h>
#include <ui/views/prototypes_view.h>
#include <ui/views/similarity_view.h>
#include <ui/views/timeline_bar.h>
#include <ui/widgets/map_grid.h>
#include <ui/widgets/notice.h>
#include <ui/widgets/setting.h>
#include <ui/widgets/timeline.h>

#include <QElapsedTimer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <iostream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

constexpr int kAnswerMillis = 60'000;

/// The finished run that is shipped, in a copy.
class GuiLookDemo : public testing::Test {
 protected:
  GuiLookDemo() {
    clear_settings();
    // Where nobody has drawn the scenes yet.
    qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((dir / "cache").string()));
    std::filesystem::copy(test::source_dir() / "resources" / "demo" / "workspace", dir / "workspace",
                          std::filesystem::copy_options::recursive);
    record.open(QString::fromStdString((dir / "workspace").string()));
    EXPECT_TRUE(wait_until([&] { return !record.runs().empty(); }));
    page.resize(1294, 640);
    page.show();
    EXPECT_TRUE(wait_until(
        [&] { return page.context().history().complete && page.context().pictures().size() > 1; }));
  }
  ~GuiLookDemo() override { qunsetenv("XDG_CACHE_HOME"); }
  template <class Condition>
  testing::AssertionResult soon(const Condition& condition) {
    if (QTest::qWaitFor(condition, kAnswerMillis)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << page.view().notice().words().toStdString();
  }
  template <class View>
  View& show(int index) {
    page.show_view(index);
    return dynamic_cast<View&>(page.view());
  }
  void shoot(const char* name) {
    const QString where = qEnvironmentVariable("IBOT_SCREENSHOTS");
    if (where.isEmpty()) return;
    for (const auto kind : {ThemeKind::Light, ThemeKind::Dark}) {
      Theme::instance().apply(kind);
      page.grab().save(QStringLiteral("%1/demo_%2_%3.png")
                           .arg(where, QString::fromLatin1(name),
                                kind == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light")));
    }
  }

  test::TempDir dir;
  Record record;
  Inspector inspector;
  LookPage page{record, inspector};
};

TEST_F(GuiLookDemo, ItsLifeIsAtHandAndItsTeacherAnswers) {
  auto& attention = show<AttentionView>(0);
  ASSERT_TRUE(soon([&] { return !attention.canvas().content().values.empty(); }));
  auto* grid = page.findChild<MapGrid*>(QStringLiteral("attention_grid"));
  ASSERT_TRUE(soon([&] { return grid->layers() > 0 && grid->has_map(1, 0); }));
  EXPECT_THAT(page.view().caption().toStdString(), HasSubstr("of reference"));
  shoot("attention");
  Timeline& line = page.timeline().line();
  EXPECT_GE(line.stops().size(), 40U);
  const qint64 early = line.stops()[line.stops().size() / 8];
  page.context().set_step(early);
  EXPECT_THAT(page.view().caption().toStdString(), HasSubstr("recorded while it trained"));
  shoot("early");
  auto& clusters = show<ClustersView>(2);
  EXPECT_THAT(clusters.caption().toStdString(), HasSubstr("recorded while it trained"));
  shoot("clusters_early");
  page.context().set_step(LookContext::kNewest);
  ASSERT_TRUE(soon([&] { return clusters.caption().contains(QLatin1String("6 clusters by k-means")); }));
  shoot("clusters");
}

TEST_F(GuiLookDemo, PrototypesOfferToDrawTheScenesTheyLookAt) {
  const QString run = page.context().run();
  ASSERT_TRUE(wait_until([&] { return record.traits(run) != nullptr; }));
  const auto scenes = scenes_of(*record.traits(run)->parameters);
  ASSERT_TRUE(scenes.has_value());
  EXPECT_TRUE(scenes->path.empty());
  EXPECT_EQ(scenes->parts, (data::PartsOptions{.train = 6000, .val = 1200, .size = 96, .seed = 1}));
  EXPECT_FALSE(scenes_of({}).has_value());
  QSignalSpy wanted(&page, &LookPage::scenes_wanted);
  auto& prototypes = show<PrototypesView>(4);
  ASSERT_TRUE(soon([&] { return prototypes.notice().words().contains(QLatin1String("no drawn scenes")); }));
  EXPECT_THAT(prototypes.notice().words().toStdString(), testing::Not(HasSubstr("`")));
  auto* draw = prototypes.notice().findChild<QPushButton*>(QStringLiteral("notice_button"));
  ASSERT_TRUE(draw->isVisible());
  EXPECT_EQ(draw->text(), QStringLiteral("Draw the scenes"));
  shoot("prototypes_without_scenes");
  QTest::mouseClick(draw, Qt::LeftButton);
  ASSERT_EQ(wanted.count(), 1);
  EXPECT_EQ(wanted.front().front().toString(), run);
}

TEST_F(GuiLookDemo, HowLongAClickTakes) {
  auto& similarity = show<SimilarityView>(1);
  PatchCanvas& canvas = similarity.canvases().canvas(0);
  ASSERT_TRUE(soon([&] { return !canvas.content().values.empty(); }));
  std::vector<double> times;
  const int rows = canvas.content().rows, columns = canvas.content().columns;
  for (int i = 0; i < 40; ++i) {
    const int row = i % rows, column = (3 * i + 1) % columns;
    const QString place = QStringLiteral("row %1, column %2 ").arg(row).arg(column);
    QSignalSpy shown(&similarity, &LookView::shown);
    QElapsedTimer timer;
    timer.start();
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, canvas.patch_rect({row, column}).center().toPoint());
    ASSERT_TRUE(!shown.isEmpty() || shown.wait(kAnswerMillis));
    canvas.repaint();
    times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    EXPECT_THAT(similarity.caption().toStdString(), HasSubstr(place.toStdString()));
  }
  shoot("similarity");
  std::sort(times.begin(), times.end());
  // Printed, not asserted: the machine may be busy.
  std::cout << "click to heat maps of " << similarity.canvases().pictures().size() << " pictures: median "
            << times[times.size() / 2] << " ms, 90th percentile " << times[times.size() * 9 / 10] << " ms\n";
}

}  // namespace
}  // namespace ibot::ui
