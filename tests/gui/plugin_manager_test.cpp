// SPDX-License-Identifier: GPL-3.0-or-later
#include "../unit/plugin/plugin_folder.h"
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/views/plugin_manager.h>
#include <ui/widgets/banner.h>

#include <QCheckBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>
#include <filesystem>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

TEST(GuiPluginList, ReadsWhatTheProgramPrints) {
  const auto plugins = parse_plugins(R"({"safe_mode": true, "plugins": [{"kind": "masking", "id": "block",
      "version": "1.2", "state": "disabled", "off_by": "person", "reason": "it was switched off", "hint": "x",
      "shipped": true, "load_seconds": 0.25, "manifest": "/m",
      "built_for": {"compiler": "GNU 12.2.0", "torch": "2.11.0", "cuda_major": 13, "sdk": "1.0"}}]})");
  ASSERT_TRUE(plugins.has_value());
  EXPECT_TRUE(plugins->safe_mode);
  ASSERT_EQ(plugins->rows.size(), 1U);
  EXPECT_EQ(plugins->rows[0].name, "masking/block");
  EXPECT_EQ(plugins->rows[0].built_for, "GNU 12.2.0, LibTorch 2.11.0, CUDA 13, SDK 1.0");
  EXPECT_EQ(plugin_state_word(plugins->rows[0]), "off");
  EXPECT_FALSE(parse_plugins("[]").has_value());
  EXPECT_FALSE(parse_plugins("Segmentation fault").has_value());
}

/// The manager with the real program `ibot`, on a folder of plugins of which some are broken.
class GuiPluginManager : public testing::Test {
 protected:
  GuiPluginManager() {
    for (const char* id : {"sound", "crashes_on_load", "not_available", "wrong_size"}) folder.install(id);
    plugin::Manifest foreign = plugin::FixtureFolder::honest_manifest("wrong_fingerprint");
    foreign.fingerprint.compiler = "Other 1.0";
    folder.install(foreign);
    qputenv("IBOT_PLUGIN_PATH", QByteArray::fromStdString(folder.path().string()));
    qputenv("XDG_STATE_HOME", QByteArray::fromStdString(state.path().string()));
  }
  ~GuiPluginManager() override {
    for (const char* name : {"IBOT_PLUGIN_PATH", "XDG_STATE_HOME", "IBOT_PROGRAM"}) qunsetenv(name);
  }
  // The row of a plugin, once the manager has listed it anew.
  int row_of(const QString& id) {
    EXPECT_TRUE(QTest::qWaitFor([&] { return !manager.plugins().is_working(); }, 60'000));
    for (int row = 0; row < table()->rowCount(); ++row) {
      if (table()->item(row, 0)->text() == id) return row;
    }
    ADD_FAILURE() << id.toStdString() << " is not listed";
    return 0;
  }
  std::string cell(const QString& id, int column) {
    return table()->item(row_of(id), column)->text().toStdString();
  }
  void select(const QString& id) { table()->selectRow(row_of(id)); }
  QTableWidget* table() { return manager.findChild<QTableWidget*>(); }
  QPushButton* button(const char* name) { return manager.findChild<QPushButton*>(QString::fromLatin1(name)); }

  plugin::FixtureFolder folder;
  test::TempDir state;
  PluginManager manager;
};

TEST_F(GuiPluginManager, ListsSoundAndBrokenOnesAndSwitchesThem) {
  // Both are part of a full build.
  if (!QFileInfo::exists(Program::path()) ||
      !std::filesystem::exists(plugin::fixture_libraries() / "wrong_size.so"))
    GTEST_SKIP() << "the program ibot or the broken plugins are not built";
  manager.open_and_refresh();
  EXPECT_EQ(cell("sound", 4), "ready");
  EXPECT_THAT(cell("sound", 5), HasSubstr(" ms"));
  EXPECT_THAT(cell("sound", 3), HasSubstr("GNU"));
  EXPECT_EQ(cell("wrong_fingerprint", 4), "failed");
  EXPECT_THAT(cell("wrong_fingerprint", 6), HasSubstr("Other 1.0"));
  EXPECT_EQ(cell("wrong_size", 4), "failed");
  EXPECT_EQ(cell("not_available", 4), "not available here");

  // The crash took its own process alone: all others are listed, and the suspect is named.
  auto* banner = manager.findChild<Banner*>();
  EXPECT_TRUE(banner->isVisible());
  EXPECT_THAT(banner->text().toStdString(), HasSubstr("masking/crashes_on_load ended the process"));
  select("crashes_on_load");
  EXPECT_TRUE(button("plugin_enable")->isEnabled());
  EXPECT_THAT(manager.findChild<QLabel*>("plugin_reason")->text().toStdString(), HasSubstr("signal 11"));

  select("sound");
  EXPECT_FALSE(button("plugin_enable")->isEnabled());
  EXPECT_FALSE(button("plugin_enable")->toolTip().isEmpty());
  QTest::mouseClick(button("plugin_disable"), Qt::LeftButton);
  EXPECT_EQ(cell("sound", 4), "off");
  EXPECT_THAT(cell("sound", 6), HasSubstr("switched off"));
  EXPECT_EQ(manager.current(), "masking/sound") << "the selection stays";
  QTest::mouseClick(button("plugin_enable"), Qt::LeftButton);
  EXPECT_EQ(cell("sound", 4), "ready");

  // In the safe mode one is enabled at a time.
  manager.findChild<QCheckBox*>()->setChecked(true);
  EXPECT_EQ(cell("sound", 4), "off");
  EXPECT_EQ(cell("not_available", 4), "off");
  select("sound");
  QTest::mouseClick(button("plugin_enable"), Qt::LeftButton);
  EXPECT_EQ(cell("sound", 4), "ready");
  EXPECT_EQ(cell("not_available", 4), "off");
}

TEST_F(GuiPluginManager, SaysWhatToDoWhenTheProgramIsMissing) {
  qputenv("IBOT_PROGRAM", "/nowhere/ibot");
  manager.open_and_refresh();
  auto* banner = manager.findChild<Banner*>();
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->text().toStdString(), HasSubstr("/nowhere/ibot"));
  EXPECT_TRUE(button("plugin_again")->isEnabled());
}

}  // namespace
}  // namespace ibot::ui
