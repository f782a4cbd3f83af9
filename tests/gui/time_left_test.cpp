// SPDX-License-Identifier: GPL-3.0-or-later
// How long the rest of a run takes: one figure, wherever it is said.
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/base/clock.h>

#include <gtest/gtest.h>
#include <ui/bridge/run_pace.h>

#include <QLabel>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;

class GuiTimeLeft : public testing::Test, protected WindowFixture {
 protected:
  WorkspaceFixture f;
};

TEST(GuiRunPace, LeavesRestsOut) {
  constexpr std::int64_t kSecond = 1'000'000;
  std::vector<record::CurvePoint> points;
  for (const std::int64_t second : {0, 1, 2, 7, 8, 1000, 1001, 5000, 5001})
    points.push_back({static_cast<std::int64_t>(points.size()), second * kSecond, 1.0});
  EXPECT_DOUBLE_EQ(seconds_per_step(points, {}), 5001.0 / 8);
  record::Command pause;
  pause.taken = 9 * kSecond;
  record::Event resumed;
  resumed.kind = "resumed";
  resumed.time = 4999 * kSecond;
  record::Event evaluated = resumed;
  evaluated.kind = "evaluation";
  const auto rests = rests_of({pause}, {evaluated, resumed});
  EXPECT_EQ(rests, (std::vector<std::int64_t>{9 * kSecond, 4999 * kSecond}));
  // An evaluation between two steps belongs to the pace.
  EXPECT_DOUBLE_EQ(seconds_per_step(points, rests), 10.0 / 6);
  EXPECT_DOUBLE_EQ(seconds_per_step({points[4], points[5]}, rests), 0);
}

TEST_F(GuiTimeLeft, IsTheSameOnThePageAndInTheStatusLine) {
  f.start("r1", "nightly");
  // A step a second for a hundred steps, with a pause of an hour in the middle.
  constexpr std::int64_t kSecond = 1'000'000;
  const std::int64_t begin = base::now_micros();
  const std::int64_t pause = f.store.put_command("r1", record::CommandKind::Pause).value();
  f.store.take_command("r1").value();
  f.store.finish_command(pause, true, "").value();
  record::RunUpdate update;
  for (std::int64_t step = 1; step <= 100; ++step)
    update.metrics.push_back(
        {"loss", step, 3, begin + (step - 50) * kSecond + (step > 50 ? 3600 * kSecond : 0)});
  update.step = 100;
  f.store.write("r1", update).value();
  window.open_workspace(f.folder());
  const auto* fact = find<QLabel>("fact_left");
  ASSERT_TRUE(wait_until([&] { return fact->text() == "15 min left"; })) << fact->text().toStdString();
  EXPECT_EQ(find<QLabel>("status_left")->text(), fact->text());
}

}  // namespace
}  // namespace ibot::ui
