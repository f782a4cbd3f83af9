// SPDX-License-Identifier: GPL-3.0-or-later
// What is remembered: read back at once, written by a thread, nothing lost when the program ends.
#include <gtest/gtest.h>
#include <ui/widgets/setting.h>

#include <QSettings>
#include <thread>
#include <vector>

namespace ibot::ui {
namespace {

class GuiSetting : public testing::Test {
 protected:
  GuiSetting() { clear_settings(); }
};

TEST_F(GuiSetting, IsReadBackAtOnceAndIsInTheFileAfterAFlush) {
  EXPECT_EQ(read_setting("a/number", 7).toInt(), 7);
  write_setting("a/number", 8);
  EXPECT_EQ(read_setting("a/number", 7).toInt(), 8);
  EXPECT_TRUE(has_setting("a/number"));
  write_setting("a/list", QStringList{"x", "y"});
  flush_settings();
  EXPECT_EQ(QSettings().value("a/number").toInt(), 8);
  EXPECT_EQ(QSettings().value("a/list").toStringList(), QStringList({"x", "y"}));
  EXPECT_EQ(read_setting("a/list").toStringList(), QStringList({"x", "y"}));
}

TEST_F(GuiSetting, WhatIsRemovedIsGoneAtOnceAndInTheFile) {
  write_setting("gone", 1);
  flush_settings();
  remove_setting("gone");
  EXPECT_FALSE(has_setting("gone"));
  EXPECT_EQ(read_setting("gone", 5).toInt(), 5);
  flush_settings();
  EXPECT_FALSE(QSettings().contains("gone"));
}

TEST_F(GuiSetting, TheNewestOfManyChangesIsWhatIsKept) {
  for (int i = 0; i <= 1000; ++i) write_setting("many", i);
  EXPECT_EQ(read_setting("many").toInt(), 1000);
  flush_settings();
  EXPECT_EQ(QSettings().value("many").toInt(), 1000);
}

TEST_F(GuiSetting, SeveralThreadsLoseNothing) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      for (int i = 0; i < 50; ++i) {
        write_setting(QStringLiteral("threads/%1/%2").arg(thread).arg(i), i);
        if (i % 20 == 0) flush_settings();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  flush_settings();
  for (int thread = 0; thread < 4; ++thread) {
    for (int i = 0; i < 50; ++i)
      EXPECT_EQ(QSettings().value(QStringLiteral("threads/%1/%2").arg(thread).arg(i), -1).toInt(), i);
  }
}

TEST_F(GuiSetting, BelongsToAWorkspaceByAHashOfItsFolder) {
  const QString one = workspace_setting("group", "/a/b"), other = workspace_setting("group", "/a/c");
  EXPECT_NE(one, other);
  EXPECT_TRUE(one.startsWith("group/"));
  EXPECT_EQ(one.size(), 6 + 16);
}

}  // namespace
}  // namespace ibot::ui
