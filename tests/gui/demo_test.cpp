// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/record/reader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/shell/demo.h>
#include <ui/shell/main_window.h>
#include <ui/views/look_page.h>
#include <ui/widgets/banner.h>

#include <QPushButton>
#include <QTest>
#include <filesystem>
#include <fstream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

/// The window with a shell script in the place of `ibot`: the test plays program and trainer.
class GuiDemo : public testing::Test {
 protected:
  GuiDemo() { f.create("reference", "parts"); }
  ~GuiDemo() override { qunsetenv("IBOT_PROGRAM"); }

  void write_program(const std::string& to_start, const std::string& reference = {}) {
    const std::filesystem::path file = f.dir / "ibot";
    std::ofstream(file) << "#!/bin/sh\ncase $2 in\n--prepare) echo '{\"workspace\": \"" +
                               f.folder().toStdString() + "\", \"reference\": \"" + reference +
                               "\"}' ;;\n--start) " + to_start + " ;;\nesac\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    qputenv("IBOT_PROGRAM", QByteArray::fromStdString(file.string()));
  }
  void answer(const std::string& to_start, const std::string& reference = {}) {
    write_program(to_start, reference);
    window.show();
    window.open_demo({});
  }
  void answer_with_a_run() {
    f.start("fresh", "fresh", 200);
    answer("echo '{\"run\": \"fresh\"}'");
    ASSERT_TRUE(wait_until([&] { return window.record().run("fresh") != nullptr; }));
    ASSERT_TRUE(wait_until([&] { return window.demo() != nullptr && !window.demo()->run().isEmpty(); }));
  }
  Banner* banner() { return window.findChild<Banner*>(QStringLiteral("banner")); }
  QPushButton* button(const char* text) {
    for (auto* each : banner()->findChildren<QPushButton*>()) {
      if (each->text() == QLatin1String(text)) return each;
    }
    ADD_FAILURE() << "no button " << text;
    return nullptr;
  }
  std::vector<record::Command> commands() {
    return record::Reader::open(f.workspace).value().commands("fresh").value();
  }

  WorkspaceFixture f;
  MainWindow window;
};

TEST_F(GuiDemo, OpensTheFinishedRunBeforeThereIsAFreshOne) {
  answer("sleep 30");
  EXPECT_TRUE(wait_until([&] { return window.record().run("reference") != nullptr; }));
  // At what it came to see: on Look, at its own life.
  EXPECT_TRUE(wait_until([&] { return window.page() == Page::Look; }));
  auto* look = window.findChild<LookPage*>(QStringLiteral("look_page"));
  ASSERT_NE(look, nullptr);
  EXPECT_TRUE(look->isVisible());
  EXPECT_TRUE(wait_until([&] { return look->context().run() == QLatin1String("reference"); }));
}

TEST_F(GuiDemo, LooksAtTheShippedRunAlsoWhereAnotherIsNewer) {
  f.create("newer", "newer");
  answer("sleep 30", "reference");
  EXPECT_TRUE(wait_until([&] { return window.page() == Page::Look; }));
  auto* look = window.findChild<LookPage*>(QStringLiteral("look_page"));
  EXPECT_TRUE(wait_until([&] { return look->context().run() == QLatin1String("reference"); }));
  EXPECT_FALSE(QTest::qWaitFor([&] { return look->context().run() != QLatin1String("reference"); }, 300));
}

TEST_F(GuiDemo, ClosingAsksOnceAndStopsTheRunWhereThatIsChosen) {
  answer_with_a_run();
  window.close();
  ASSERT_TRUE(window.isVisible());
  EXPECT_THAT(banner()->text().toStdString(), HasSubstr("still training"));
  QTest::mouseClick(button("Stop it and close"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return !window.isVisible(); }));
  ASSERT_EQ(commands().size(), 1U);
  EXPECT_EQ(commands().front().kind, record::CommandKind::Stop);
}

TEST_F(GuiDemo, ClosingLeavesTheRunTrainingWhereThatIsChosen) {
  answer_with_a_run();
  window.close();
  QTest::mouseClick(button("Close, keep training"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return !window.isVisible(); }));
  EXPECT_TRUE(commands().empty());
}

TEST_F(GuiDemo, AFailureIsSaidInTheProgramsWords) {
  answer("echo 'error: no space left' >&2; exit 5");
  EXPECT_TRUE(wait_until([&] { return banner()->text().contains(QLatin1String("could not be started")); }));
  EXPECT_THAT(banner()->text().toStdString(), HasSubstr("No space left"));
}

TEST_F(GuiDemo, WhatWasKilledIsStartedAgainFromTheBanner) {
  answer("kill -9 $$");
  ASSERT_TRUE(wait_until([&] { return banner()->text().contains(QLatin1String("could not be started")); }));
  EXPECT_EQ(window.demo(), nullptr);
  f.start("fresh", "fresh", 200);
  write_program("echo '{\"run\": \"fresh\"}'");
  QTest::mouseClick(button("Start again"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return window.demo() != nullptr && window.demo()->run() == "fresh"; }));
  EXPECT_FALSE(banner()->isVisible()) << banner()->text().toStdString();
}

TEST_F(GuiDemo, DrawingItsPicturesCanBeCancelled) {
  answer("echo 'drawing scenes: 1138 of 7200' >&2; exec sleep 30");
  ASSERT_TRUE(wait_until([&] { return banner()->text() == QLatin1String("Drawing scenes: 1138 of 7200"); }));
  QTest::mouseClick(button("Cancel"), Qt::LeftButton);
  EXPECT_TRUE(wait_until([&] { return window.demo() == nullptr; }));
  EXPECT_FALSE(banner()->isVisible());
}

}  // namespace
}  // namespace ibot::ui
