// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "workspace_fixture.h"

#include <ibot/data/parts_dataset.h>

#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>
#include <ui/bridge/program.h>
#include <ui/bridge/record.h>
#include <ui/style/theme.h>
#include <ui/views/look_page.h>
#include <ui/views/look_view.h>
#include <ui/widgets/notice.h>
#include <ui/widgets/patch_canvas.h>
#include <ui/widgets/setting.h>

#include <QProcess>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace ibot::ui {

constexpr int kTrainMillis = 120'000;
constexpr int kAnswerMillis = 60'000;  // the first one waits for LibTorch

/// A network of two layers and two heads that was trained for a moment on drawn pictures, looked at through
/// the real inspection process.
class GuiLook : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new test::TempDir;
    data::write_parts_dataset(*folder / "parts", {.train = 16, .val = 8, .size = 64}, {}, {}, 1).value();
    std::ofstream(*folder / "recipe.yaml")
        << "name: small\ndata: {kind: folder, path: " << (*folder / "parts").string() << ", split: train}\n"
        << "crops:\n  global: {count: 2, size: 32}\n  local: {count: 2, size: 16}\n"
        << "backbone: {plugin: vit, dim: 32, depth: 2, heads: 2, patch: 8}\n"
        << "head: {out_dim: 64, patch_out_dim: 64, hidden_dim: 64, bottleneck_dim: 16, shared: true}\n"
        << "mask: {plugin: block, ratio: [0.3], variance: [0.1]}\n"
        << "losses:\n  - {plugin: ibot_cls, warmup_teacher_temp_epochs: 1}\n"
        << "  - {plugin: ibot_patch, warmup_teacher_temp_epochs: 1}\n"
        << "train: {epochs: 3, batch: 4, precision: fp32}\n"
        << "optimizer: {warmup_epochs: 1, freeze_last_layer_epochs: 1}\n"
        << "probes: {every_steps: 2, pictures: 3}\n"
        // Kept are steps 0 and 3 as snapshots, 8 and 12 as checkpoints.
        << "checkpoints: {every_minutes: 0, every_epochs: 1, teacher_snapshots: 3}\n";
    QProcess program;
    program.start(Program::path(), {"train", path("recipe.yaml"), "--workspace", path("workspace")});
    ASSERT_TRUE(program.waitForFinished(kTrainMillis)) << program.errorString().toStdString();
    ASSERT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }
  static QString path(const char* name) { return QString::fromStdString((*folder / name).string()); }
  static std::string picture_file() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder / "parts" / "val"))
      if (entry.is_regular_file()) return entry.path().string();
    return {};
  }

  GuiLook() {
    clear_settings();
    record.open(path("workspace"));
    page.resize(1294, 640);
    EXPECT_TRUE(gui_test::wait_until([&] { return !record.runs().empty(); }));
    page.show();
    for (const char* name :
         {"attention", "similarity", "clusters", "prototypes", "correspondence", "prediction"}) {
      auto* view = page.findChild<LookView*>(QString::fromLatin1(name) + QStringLiteral("_view"));
      QObject::connect(view, &LookView::shown, view, [this] { ++answers; });
    }
    EXPECT_TRUE(gui_test::wait_until(
        [&] { return page.context().history().complete && !page.context().pictures().empty(); }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = page.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  void click(QWidget* widget, const QPoint& at = {}) {
    QTest::mouseClick(widget, Qt::LeftButton, {}, at.isNull() ? widget->rect().center() : at);
  }
  static QPoint middle(const PatchCanvas& canvas, int row, int column) {
    return canvas.patch_rect({row, column}).center().toPoint();
  }
  std::string caption() { return page.view().caption().toStdString(); }
  std::string words() { return page.view().notice().words().toStdString(); }
  testing::AssertionResult soon(const std::function<bool()>& condition) {
    if (QTest::qWaitFor(condition, kAnswerMillis)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "words: " << words() << "\ncaption: " << caption();
  }
  // For a person's eyes: written where $IBOT_SCREENSHOTS says, in both themes.
  void shoot(const char* name) {
    const QString where = qEnvironmentVariable("IBOT_SCREENSHOTS");
    if (where.isEmpty()) return;
    for (const auto kind : {ThemeKind::Light, ThemeKind::Dark}) {
      Theme::instance().apply(kind);
      page.grab().save(
          QStringLiteral("%1/%2_%3.png")
              .arg(where, QString::fromLatin1(name), kind == ThemeKind::Dark ? "dark" : "light"));
    }
  }

  static inline test::TempDir* folder = nullptr;
  Record record;
  Inspector inspector;
  LookPage page{record, inspector};
  int answers = 0;
};

}  // namespace ibot::ui
