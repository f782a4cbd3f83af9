// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/base/file.h>
#include <ibot/data/parts_dataset.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>
#include <ui/views/configure_page.h>
#include <ui/views/laboratory.h>
#include <ui/views/laboratory_text.h>
#include <ui/widgets/crop_sheet.h>
#include <ui/widgets/setting.h>
#include <ui/widgets/share_histogram.h>

#include <QComboBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <iostream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using protocol::LaboratoryReply;
using testing::HasSubstr;

class GuiLaboratory : public testing::Test {
 protected:
  GuiLaboratory() {
    clear_settings();
    data::write_parts_dataset(dir / "parts", {.train = 12, .val = 12, .size = 64}, {}, {}, 1).value();
    std::ofstream(dir / "recipe.yaml")
        << "data: {kind: folder, path: " << (dir / "parts").string() << ", split: train}\n"
        << "crops:\n  global: {size: 64}\n  local: {count: 4, size: 32}\n"
        << "backbone: {plugin: vit, size: tiny, patch: 8}\n"
        << "mask: {plugin: block, ratio: [0.3], variance: [0.1]}\n";
    page.open_recipe(QString::fromStdString((dir / "recipe.yaml").string()));
    page.set_inspector(inspector);
    strip = page.findChild<Laboratory*>(QStringLiteral("laboratory"));
    QObject::connect(strip, &Laboratory::shown, strip, [this](const LaboratoryReply& reply) {
      last = reply;
      ++answers;
    });
    page.resize(1280, 800);
    page.show();
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = page.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  // Waits for an answer that comes after `action`.
  testing::AssertionResult answered(const std::function<void()>& action) {
    const int before = answers;
    action();
    if (wait_until([&] { return answers > before; })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << words();
  }
  std::string words() { return find<QLabel>("laboratory_words")->text().toStdString(); }
  CropSheet* sheet() { return find<CropSheet>("laboratory_sheet"); }

  test::TempDir dir;
  Inspector inspector;
  ConfigurePage page;
  Laboratory* strip = nullptr;
  LaboratoryReply last;
  int answers = 0;
};

TEST_F(GuiLaboratory, ShowsTheCropsAndMasksOfTheRecipe) {
  ASSERT_TRUE(answered([] {}));
  EXPECT_EQ(last.index, 0);
  EXPECT_EQ(last.masks[0].plugin, "block");
  ASSERT_EQ(sheet()->tiles().size(), 6U);
  EXPECT_EQ(sheet()->tiles()[0].image.size(), QSize(64, 64));
  EXPECT_EQ(sheet()->tiles()[0].masked.size(), 64U);
  EXPECT_TRUE(sheet()->tiles()[5].small);
  const QRgb first = sheet()->tiles()[1].image.pixel(0, 0);
  const std::size_t plane = 64 * 64;
  const std::uint8_t* pixel = last.global.pixels.data() + 3 * plane;
  EXPECT_EQ(first, qRgb(pixel[0], pixel[plane], pixel[2 * plane]));
  EXPECT_THAT(sheet()->accessibleDescription().toStdString(), HasSubstr("block"));
  ASSERT_TRUE(wait_until([&] { return !find<ShareHistogram>("laboratory_histogram")->rows().empty(); }));
  EXPECT_THAT(find<ShareHistogram>("laboratory_histogram")->rows()[0].title.toStdString(),
              HasSubstr("asked 20 to 40 %"));
  EXPECT_EQ(find<QLabel>("laboratory_picture")->text(), "Picture 1 of 12");
}

TEST_F(GuiLaboratory, FollowsTheRecipeWhileItIsEdited) {
  ASSERT_TRUE(answered([] {}));
  const LaboratoryReply before = last;
  ASSERT_TRUE(answered([&] { page.configuration().set_value("mask.ratio", "[0.7]"); }));
  EXPECT_EQ(last.global, before.global);
  EXPECT_NE(last.masks, before.masks);
  ASSERT_TRUE(answered([&] { page.configuration().set_value("crops.local.count", "2"); }));
  EXPECT_EQ(sheet()->tiles().size(), 4U);
  // A recipe with mistakes: what was drawn last stays, faint, with a sentence.
  page.configuration().set_value("mask.ratio", "[7]");
  ASSERT_TRUE(wait_until([&] { return sheet()->is_dimmed(); }));
  EXPECT_THAT(words(), HasSubstr("mistakes"));
  ASSERT_TRUE(answered([&] { page.configuration().set_value("mask.ratio", "[0.2]"); }));
  EXPECT_FALSE(sheet()->is_dimmed());
  EXPECT_EQ(words(), "");
}

TEST_F(GuiLaboratory, StepsThroughSeedsEpochsAndPictures) {
  ASSERT_TRUE(answered([] {}));
  const LaboratoryReply before = last;
  ASSERT_TRUE(answered([&] { find<QSpinBox>("laboratory_seed")->stepUp(); }));
  EXPECT_EQ(last.seed, before.seed + 1);
  EXPECT_NE(last.global.pixels, before.global.pixels);
  ASSERT_TRUE(answered([&] { find<QSpinBox>("laboratory_epoch")->setValue(3); }));
  EXPECT_EQ(last.epoch, 3);
  ASSERT_TRUE(answered([&] { QTest::mouseClick(find<QToolButton>("laboratory_next"), Qt::LeftButton); }));
  EXPECT_EQ(last.index, 1);
  ASSERT_TRUE(answered([&] { strip->show_index(0); }));
  ASSERT_TRUE(answered([&] { QTest::mouseClick(find<QToolButton>("laboratory_back"), Qt::LeftButton); }));
  EXPECT_EQ(last.index, 11);
  // The recipe's seed is followed until one steps away from it.
  ASSERT_TRUE(answered([&] { page.configuration().set_value("seed", "40"); }));
  EXPECT_EQ(last.seed, before.seed + 1);
}

TEST_F(GuiLaboratory, AnotherPluginStandsBeside) {
  ASSERT_TRUE(answered([] {}));
  auto* beside = find<QComboBox>("laboratory_beside");
  EXPECT_EQ(beside->findData("block"), -1) << "the recipe's own plugin";
  ASSERT_TRUE(answered([&] { beside->setCurrentIndex(beside->findData("random")); }));
  ASSERT_EQ(last.masks.size(), 2U);
  EXPECT_EQ(last.masks[1].plugin, "random");
  EXPECT_EQ(last.masks[1].asked, last.masks[0].asked);
  EXPECT_EQ(sheet()->tiles().size(), 8U);
  EXPECT_TRUE(wait_until([&] { return find<ShareHistogram>("laboratory_histogram")->rows().size() == 2; }));
}

TEST_F(GuiLaboratory, TakesAPictureThatIsDropped) {
  ASSERT_TRUE(answered([] {}));
  std::filesystem::path picture;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir / "parts" / "val"))
    if (entry.is_regular_file()) picture = entry.path();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(QString::fromStdString(picture.string()))});
  QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(strip, &enter);
  EXPECT_TRUE(enter.isAccepted());
  ASSERT_TRUE(answered([&] {
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(strip, &drop);
  }));
  EXPECT_EQ(last.index, -1);
  EXPECT_EQ(last.picture, picture.string());
  // A file that is no picture is said in words.
  std::ofstream(dir / "no.png") << "text";
  strip->show_picture(QString::fromStdString((dir / "no.png").string()));
  ASSERT_TRUE(wait_until([&] { return sheet()->is_dimmed(); }));
  EXPECT_THAT(words(), HasSubstr("no.png"));
}

TEST_F(GuiLaboratory, SaysThatItsProcessWasKilledAndGoesOn) {
  ASSERT_TRUE(answered([] {}));
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() == 0; }));
  // In the middle of a request: a stopped process does not answer.
  const auto child = static_cast<pid_t>(inspector.process_id());
  ASSERT_EQ(::kill(child, SIGSTOP), 0);
  page.configuration().set_value("mask.ratio", "[0.6]");
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() > 0; }));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return find<QPushButton>("laboratory_again")->isVisible(); }));
  EXPECT_THAT(words(), HasSubstr("signal 9"));
  ASSERT_TRUE(answered([&] { QTest::mouseClick(find<QPushButton>("laboratory_again"), Qt::LeftButton); }));
  EXPECT_EQ(words(), "");
  EXPECT_FALSE(find<QPushButton>("laboratory_again")->isVisible());
}

TEST_F(GuiLaboratory, OffersToDrawScenesThatAreNotThere) {
  ASSERT_TRUE(answered([] {}));
  QSignalSpy wanted(&page, &ConfigurePage::scenes_wanted);
  const std::string scenes = (dir / "scenes").string();
  page.configuration().set_text("data: {kind: parts, path: '" + scenes + "'}\n");
  auto* again = find<QPushButton>("laboratory_again");
  ASSERT_TRUE(wait_until([&] { return again->isVisible() && again->text() == "Draw the scenes"; }));
  EXPECT_THAT(words(), testing::StartsWith("There are no drawn scenes in"));
  EXPECT_THAT(words(), testing::Not(HasSubstr("`")));
  QTest::mouseClick(again, Qt::LeftButton);
  EXPECT_EQ(wanted.count(), 1);
  // Once they are drawn the page is told, and looks again.
  data::write_parts_dataset(dir / "scenes", {.train = 12, .val = 12, .size = 64}, {}, {}, 1).value();
  EXPECT_TRUE(answered([&] { page.look_again(); }));
  EXPECT_FALSE(again->isVisible());
}

TEST_F(GuiLaboratory, SaysThatItsProcessDiedWhileItWasIdleAndStartsItAgain) {
  ASSERT_TRUE(answered([] {}));
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() == 0; }));
  const auto child = static_cast<pid_t>(inspector.process_id());
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return inspector.state() == Inspector::State::Stopped; }));
  const int before = answers;
  page.configuration().set_value("mask.ratio", "[0.6]");
  ASSERT_TRUE(wait_until([&] { return !words().empty(); }));
  EXPECT_THAT(words(), HasSubstr("signal 9"));
  EXPECT_THAT(words(), HasSubstr("started again"));
  ASSERT_TRUE(wait_until([&] { return answers > before; })) << "without a click";
  EXPECT_NE(inspector.process_id(), child);
  EXPECT_EQ(words(), "");
}

TEST_F(GuiLaboratory, FoldsAwayAndRemembersIt) {
  ASSERT_TRUE(answered([] {}));
  auto* button = find<QToolButton>("laboratory_fold");
  button->setFocus();
  QTest::keyClick(button, Qt::Key_Space);
  EXPECT_TRUE(strip->is_folded());
  EXPECT_FALSE(sheet()->isVisible());
  Configuration other(page.configuration().plugins());
  const Laboratory again(other, inspector);
  EXPECT_TRUE(again.is_folded());
  QTest::keyClick(button, Qt::Key_Space);
  EXPECT_TRUE(sheet()->isVisible());
}

TEST_F(GuiLaboratory, AsksBeforeAnythingOfTheEditIsPainted) {
  ASSERT_TRUE(answered([] {}));
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() == 0; }));
  QTest::qWait(2 * Laboratory::kDebounceMillis);  // a hand that rested
  page.configuration().set_value("mask.ratio", "[0.6]");
  EXPECT_EQ(inspector.in_flight(), 2) << "crops and histogram";
  // Someone who goes on typing is asked for once more, with what stands there then.
  const int before = answers;
  for (const char* ratio : {"[0.4]", "[0.5]", "[0.25]"}) page.configuration().set_value("mask.ratio", ratio);
  ASSERT_TRUE(wait_until(
      [&] { return answers > before && std::abs(last.masks[0].asked.front().low - 0.15) < 1e-9; }));
  EXPECT_LE(answers, before + 2);
}

TEST_F(GuiLaboratory, ALowScreenFoldsItUntilSomebodyUnfoldsIt) {
  ASSERT_TRUE(answered([] {}));
  strip->set_room(false);
  EXPECT_TRUE(strip->is_folded());
  auto* button = find<QToolButton>("laboratory_fold");
  QTest::mouseClick(button, Qt::LeftButton);
  EXPECT_FALSE(strip->is_folded());
  QTest::mouseClick(button, Qt::LeftButton);
  EXPECT_TRUE(strip->is_folded());
  strip->set_room(true);
  EXPECT_FALSE(strip->is_folded()) << "it was folded for want of room alone";
}

TEST_F(GuiLaboratory, HowLongAnAnswerTakes) {
  ASSERT_TRUE(answered([] {}));
  std::vector<double> times;
  std::vector<double> edits;  // the part in which the form and the plan are made anew
  for (int i = 0; i < 40; ++i) {
    QElapsedTimer timer;
    timer.start();
    const std::string ratio = "[0." + std::to_string(20 + i) + "]";
    ASSERT_TRUE(answered([&] {
      page.configuration().set_value("mask.ratio", ratio);
      edits.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }));
    times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::sort(times.begin(), times.end());
  std::sort(edits.begin(), edits.end());
  // Printed, not asserted: the machine may be busy.
  std::cout << "edit to picture: median " << times[times.size() / 2] << " ms, 90th percentile "
            << times[times.size() * 9 / 10] << " ms; of it the edit itself: median "
            << edits[edits.size() / 2] << " ms\n";
}

TEST(GuiLaboratoryText, SaysWhatWasAsked) {
  EXPECT_EQ(asked_text({}), "");
  EXPECT_EQ(asked_text({{0.3, 0.3}}), "30 %");
  EXPECT_EQ(asked_text({{0, 0}, {0.1, 0.5}}), "0 or 10 to 50 %");
}

}  // namespace
}  // namespace ibot::ui
