// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/record.h>
#include <ui/views/stop_banner.h>

#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <optional>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

class GuiStopBanner : public testing::Test {
 protected:
  GuiStopBanner() : banner(record) {
    f.start("r1", "night", 1000);
    f.write("r1", "loss", 1, 250, [](auto) { return 1.0; });
    record::Checkpoint checkpoint;
    checkpoint.step = 200;
    checkpoint.path = "checkpoints/step-000000200.safetensors";
    checkpoint.sha256 = std::string(64, 'c');
    checkpoint.reason = "epoch";
    f.store.add_checkpoint("r1", checkpoint).value();
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.run("r1") != nullptr && record.run("r1")->run.step == 250; }));
    banner.resize(800, 60);
  }
  std::optional<record::CommandKind> next_command() {
    std::optional<record::Command> command;
    wait_until([&] {
      command = f.store.take_command("r1").value();
      return command.has_value();
    });
    return command ? std::optional(command->kind) : std::nullopt;
  }
  QPushButton* button(const char* name) { return banner.findChild<QPushButton*>(QString::fromLatin1(name)); }
  std::string words() { return banner.findChild<QLabel*>("stop_words")->text().toStdString(); }

  WorkspaceFixture f;
  Record record;
  StopBanner banner;
};

TEST_F(GuiStopBanner, StopsAShortRunAndOffersToDoItAtOnce) {
  banner.stop("r1");
  EXPECT_EQ(next_command(), record::CommandKind::Stop);
  EXPECT_TRUE(banner.isVisible());
  ASSERT_TRUE(wait_until([&] { return button("stop_yes")->text() == "Stop now, lose 50 steps"; }))
      << button("stop_yes")->text().toStdString();
  QTest::mouseClick(button("stop_yes"), Qt::LeftButton);
  EXPECT_EQ(next_command(), record::CommandKind::StopNow);
  EXPECT_FALSE(banner.isVisible());
}

TEST_F(GuiStopBanner, AsksBeforeALongRunIsStopped) {
  banner.set_long_run(0);
  banner.stop("r1");
  EXPECT_TRUE(banner.isVisible());
  EXPECT_THAT(words(), HasSubstr("night has trained for"));
  QTest::mouseClick(button("stop_no"), Qt::LeftButton);
  EXPECT_FALSE(banner.isVisible());
  QTest::qWait(50);
  EXPECT_FALSE(f.store.take_command("r1").value().has_value());

  banner.stop("r1");
  QTest::mouseClick(button("stop_yes"), Qt::LeftButton);
  EXPECT_EQ(next_command(), record::CommandKind::Stop);
  EXPECT_THAT(words(), HasSubstr("stops after step 251"));
}

TEST_F(GuiStopBanner, GoesAwayWithTheRunsEnd) {
  banner.stop("r1");
  EXPECT_EQ(next_command(), record::CommandKind::Stop);
  f.store.set_state("r1", record::State::Stopped).value();
  EXPECT_TRUE(wait_until([&] { return !banner.isVisible(); }));
}

}  // namespace
}  // namespace ibot::ui
