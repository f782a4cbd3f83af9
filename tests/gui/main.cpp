// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <ui/style/theme.h>
#include <ui/widgets/setting.h>

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <clocale>
#include <cstdlib>

namespace {

// What one test leaves behind is not what the next begins with, as in a process of its own.
class FreshSettings final : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo&) override { ibot::ui::clear_settings(); }
};

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  // A program that only lists its tests needs no display.
  if (::testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (std::getenv("QT_QPA_PLATFORM") == nullptr && std::getenv("DISPLAY") == nullptr)
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
  QApplication::setApplicationName(QStringLiteral("ibot-workbench-tests"));
  // Settings of this process alone: CTest runs several side by side.
  const QTemporaryDir settings;
  QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
  ibot::ui::load_fonts();
  ibot::ui::Theme::instance().apply(ibot::ui::ThemeKind::Dark);
  ::testing::UnitTest::GetInstance()->listeners().Append(new FreshSettings);
  return RUN_ALL_TESTS();
}
