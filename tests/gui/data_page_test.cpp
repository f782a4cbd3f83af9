// SPDX-License-Identifier: GPL-3.0-or-later
#include "../unit/data/data_files.h"
#include "screenshots.h"
#include "workspace_fixture.h"

#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <ui/forms/configuration.h>
#include <ui/shell/main_window.h>
#include <ui/views/configure_page.h>
#include <ui/views/data_page.h>
#include <ui/views/picture_grid.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/bar_list.h>
#include <ui/widgets/setting.h>
#include <unistd.h>

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QUndoStack>
#include <filesystem>

namespace ibot::ui {
namespace {

using data::test::put_file;
using data::test::put_noise;
using data::test::put_picture;
using gui_test::wait_until;
using testing::HasSubstr;

class GuiData : public testing::Test {
 protected:
  GuiData() {
    window.resize(1200, 800);
    window.show();
    page = window.findChild<DataPage*>();
    window.show_page(Page::Data);
  }
  void open(const std::filesystem::path& path) {
    window.open_pictures(QString::fromStdString(path.string()));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = window.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  std::string sentence() { return find<QLabel>("data_sentence")->text().toStdString(); }
  bool is_done() { return find<QPushButton>("data_cancel")->isHidden(); }
  // Waits for a refusal and gives its words.
  std::string refusal() {
    auto* banner = find<Banner>("data_problem");
    EXPECT_TRUE(wait_until([&] { return banner->isVisible(); }));
    EXPECT_TRUE(is_done());
    return banner->text().toStdString();
  }

  struct Clear {
    Clear() { clear_settings(); }
  } clear;
  data::test::QuietLog quiet;
  test::TempDir dir;
  MainWindow window;
  DataPage* page;
};

TEST_F(GuiData, SaysInWordsWhatIsInAFolder) {
  put_picture(dir / "cat/1.png", 64, 48, {255, 0, 0});
  put_picture(dir / "cat/2.png", 64, 48, {255, 0, 0});
  put_picture(dir / "dog/1.png", 64, 48, {0, 0, 0});
  put_file(dir / "dog/2.jpg", "no picture");
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  EXPECT_EQ(sentence(), "4 pictures in 2 classes, 64 x 48, 1 cannot be read.");
  EXPECT_EQ(page->grid().count(), 4);

  // The inspector: classes as bars, mean and deviation.
  auto* classes = find<BarList>("class_bars");
  ASSERT_EQ(classes->rows().size(), 2U);
  EXPECT_EQ(classes->rows()[1].name, "dog");
  EXPECT_EQ(classes->rows()[1].count, 2);
  EXPECT_EQ(find<BarList>("side_bars")->rows().front().name, "32 to 63");
  EXPECT_EQ(find<QLabel>("channel_0")->text().toStdString(), "0.667 \u00b1 0.471");
  EXPECT_EQ(find<QLabel>("channel_1")->text().toStdString(), "0.000 \u00b1 0.000");

  // The file that cannot be read is a line of a list that the banner opens; the line leads to its place.
  auto* banner = find<Banner>("bad_files");
  EXPECT_TRUE(banner->isVisible());
  EXPECT_THAT(banner->text().toStdString(), HasSubstr("One file cannot be read"));
  auto* list = find<QListWidget>("bad_files_list");
  EXPECT_FALSE(list->isVisible());
  for (QPushButton* button : banner->findChildren<QPushButton*>()) {
    if (button->text() != QStringLiteral("Show the list")) continue;
    QTest::mouseClick(button, Qt::LeftButton);
    break;
  }
  ASSERT_TRUE(list->isVisible());
  EXPECT_THAT(list->item(0)->text().toStdString(), HasSubstr("dog/2.jpg: "));
  Q_EMIT list->itemActivated(list->item(0));
  EXPECT_EQ(page->grid().current(), 3);
}

TEST_F(GuiData, BrowsesByMouseAndKeyboard) {
  for (int i = 0; i < 40; ++i)
    put_noise(dir / ("p" + std::to_string(100 + i) + ".png"), i % 2 == 0 ? 90 : 30, 60,
              static_cast<std::uint64_t>(i));
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  PictureGrid& grid = page->grid();
  ASSERT_EQ(grid.count(), 40);
  ASSERT_TRUE(wait_until([&] { return grid.thumbnails().find(0) != nullptr; }));
  // Rows fill the width, each picture in its shape.
  const QRect first = grid.cell_rect(0);
  EXPECT_NEAR(static_cast<double>(first.width()) / first.height(), 1.5, 0.05);
  QTest::mouseMove(grid.viewport(), grid.cell_rect(2).center());
  EXPECT_TRUE(wait_until([&] { return find<QLabel>("picture_hint")->text().startsWith("p102.png"); }));
  QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.cell_rect(1).center());
  EXPECT_EQ(grid.current(), 1);
  EXPECT_THAT(find<QLabel>("picture_name")->text().toStdString(), HasSubstr("p101.png"));
  grid.setFocus();
  QTest::keyClick(&grid, Qt::Key_Right);
  EXPECT_EQ(grid.current(), 2);
  QTest::keyClick(&grid, Qt::Key_Down);
  EXPECT_GT(grid.current(), 5);
  EXPECT_NEAR(grid.cell_rect(grid.current()).center().x(), grid.cell_rect(2).center().x(), 100);
  QTest::keyClick(&grid, Qt::Key_End);
  EXPECT_EQ(grid.current(), 39);
  EXPECT_TRUE(grid.viewport()->rect().contains(grid.cell_rect(39).center()));
  QTest::keyClick(&grid, Qt::Key_Escape);
  EXPECT_EQ(grid.current(), -1);
}

TEST_F(GuiData, DecodesOnlyWhatIsSeen) {
  put_noise(dir / "one.png", 32, 32, 1);
  for (int i = 0; i < 3000; ++i)
    std::filesystem::create_hard_link(dir / "one.png", dir / ("p" + std::to_string(10000 + i) + ".png"));
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  PictureGrid& grid = page->grid();
  ASSERT_TRUE(wait_until([&] { return grid.thumbnails().find(0) != nullptr; }));
  QTest::qWait(0);
  EXPECT_LT(grid.thumbnails().made(), 400);
  // What is scrolled past is forgotten: the end is there although the middle was never made.
  grid.verticalScrollBar()->setValue(grid.verticalScrollBar()->maximum() / 2);
  grid.verticalScrollBar()->setValue(grid.verticalScrollBar()->maximum());
  ASSERT_TRUE(wait_until([&] { return grid.thumbnails().find(3000) != nullptr; }));
  EXPECT_LT(grid.thumbnails().made(), 800);
  EXPECT_LE(grid.thumbnails().bytes(), Thumbnails::kMemory);
}

TEST(GuiThumbnails, KeepNoMoreThanTheirShare) {
  const test::TempDir dir;
  for (int i = 0; i < 8; ++i)
    put_noise(dir / (std::to_string(i) + ".png"), 64, 64, static_cast<std::uint64_t>(i));
  const std::shared_ptr<const data::Dataset> dataset = data::test::open(dir.path()).value();
  constexpr qint64 kOne = 64 * 64 * 4;
  Thumbnails thumbnails(nullptr, 3 * kOne);
  thumbnails.set_source(dataset, 64);
  thumbnails.want({0, 1, 2});
  ASSERT_TRUE(wait_until([&] { return thumbnails.made() == 3; }));
  EXPECT_NE(thumbnails.find(0), nullptr);  // used last from now on
  thumbnails.want({3});
  ASSERT_TRUE(wait_until([&] { return thumbnails.made() == 4; }));
  EXPECT_LE(thumbnails.bytes(), 3 * kOne);
  EXPECT_NE(thumbnails.find(0), nullptr);
  EXPECT_NE(thumbnails.find(3), nullptr);
}

TEST(GuiThumbnails, ShowTheMiddleOfAPanorama) {
  EXPECT_EQ(thumbnail_box(100, 80), (image::Box{0, 0, 100, 80}));
  EXPECT_EQ(thumbnail_box(1000, 100), (image::Box{300, 0, 400, 100}));
  EXPECT_EQ(thumbnail_box(10, 100), (image::Box{0, 30, 10, 40}));
}

TEST_F(GuiData, RefusesInWords) {
  put_file(dir / "notes.txt", "text");
  open(dir / "notes.txt");
  EXPECT_THAT(refusal(), HasSubstr("is not a folder"));
  std::filesystem::create_directory(dir / "empty");
  open(dir / "empty");
  EXPECT_THAT(refusal(), HasSubstr("there is no picture in"));
  open(dir / "nowhere");
  EXPECT_THAT(refusal(), HasSubstr("there is no folder"));
  EXPECT_FALSE(find<QPushButton>("data_use")->isEnabled());
  EXPECT_THAT(find<QPushButton>("data_use")->toolTip().toStdString(), HasSubstr("Choose a folder"));
  if (::geteuid() == 0) return;  // root may read everything
  std::filesystem::create_directory(dir / "closed");
  ::chmod((dir / "closed").c_str(), 0);
  open(dir / "closed");
  EXPECT_THAT(refusal(), HasSubstr("list folder"));
  ::chmod((dir / "closed").c_str(), 0700);
}

TEST_F(GuiData, OffersTheSplitsOfAFolder) {
  put_picture(dir / "train/cat/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "train/dog/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "val/cat/1.png", 8, 8, {1, 2, 3});
  open(dir.path());
  EXPECT_THAT(refusal(), HasSubstr("splits, not classes"));
  for (QPushButton* button : find<Banner>("data_problem")->findChildren<QPushButton*>()) {
    if (button->text() != QStringLiteral("Open train")) continue;
    QTest::mouseClick(button, Qt::LeftButton);
    break;
  }
  ASSERT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 2; }));
  EXPECT_EQ(sentence(), "2 pictures in 2 classes, 8 x 8.");
}

TEST_F(GuiData, CancelAnswersAtOnce) {
  put_noise(dir / "one.png", 8, 8, 1);
  for (int i = 0; i < 5000; ++i)
    std::filesystem::create_hard_link(dir / "one.png", dir / ("p" + std::to_string(10000 + i) + ".png"));
  open(dir.path());
  EXPECT_FALSE(is_done());
  QTest::mouseClick(find<QPushButton>("data_cancel"), Qt::LeftButton);
  EXPECT_TRUE(is_done());
  // And nothing of it comes later.
  const qint64 count = page->grid().count();
  QTest::qWait(50);
  EXPECT_EQ(page->grid().count(), count);
  open(dir.path());
  EXPECT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 5001; }));
}

TEST_F(GuiData, BadFilesAmongManyAreCountedAndNamed) {
  put_noise(dir / "one.png", 8, 8, 1);
  for (int i = 0; i < 1500; ++i)
    std::filesystem::create_hard_link(dir / "one.png", dir / ("p" + std::to_string(10000 + i) + ".png"));
  for (int i = 0; i < 500; ++i) put_file(dir / ("broken" + std::to_string(i) + ".jpg"), "no picture");
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  EXPECT_EQ(sentence(), "2,001 pictures, 8 x 8, 500 cannot be read.");
  EXPECT_EQ(find<QListWidget>("bad_files_list")->count(), 500);
}

TEST_F(GuiData, AFolderWithoutAReadablePictureIsNoDataSet) {
  put_file(dir / "1.jpg", "no picture");
  put_file(dir / "2.jpg", "no picture");
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  EXPECT_THAT(find<Banner>("bad_files")->text().toStdString(), HasSubstr("nothing would be left"));
  auto* use = find<QPushButton>("data_use");
  EXPECT_FALSE(use->isEnabled());
  EXPECT_EQ(use->toolTip(), "None of these pictures can be read.");
  EXPECT_EQ(find<QLabel>("sample_words")->text(),
            "Not measured: none of the pictures looked at can be read.");
}

TEST_F(GuiData, CheckNamesWhatTrainingWillLeaveOut) {
  put_picture(dir / "1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "2.png", 8, 8, {1, 2, 3});
  put_file(dir / "3.jpg", "no picture");
  put_file(dir / "4.jpg", "no picture");
  put_file(dir / "5.jpg", "no picture");
  open(dir.path());
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  const auto said = [&](const QString& words) {
    for (const auto* label : find<QWidget>("check_lines")->findChildren<QLabel*>()) {
      if (label->text() == words) return true;
    }
    return false;
  };
  QTest::mouseClick(find<QPushButton>("data_use"), Qt::LeftButton);
  window.show_page(Page::Check);
  EXPECT_TRUE(said("3 of them cannot be read and will be left out."));
  window.findChild<ConfigurePage*>()->configuration().set_value("data.path", "/nowhere/at/all");
  EXPECT_FALSE(said("3 of them cannot be read and will be left out.")) << "these are others";
}

TEST_F(GuiData, ShowsWhatTheRecipeNamesOnceSomebodyLooks) {
  put_picture(dir / "own/train/cat/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "own/train/dog/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "others/1.png", 8, 8, {1, 2, 3});
  const std::string own = (dir / "own").string(), others = (dir / "others").string();
  put_file(dir / "own.yaml", "name: own\ndata: {kind: folder, split: train, path: '" + own + "'}\n");
  put_file(dir / "others.yaml", "name: others\ndata: {path: '" + others + "'}\n");
  const auto recipe = [&](const char* name) {
    window.open_recipe(QString::fromStdString((dir / name).string()));
  };
  recipe("own.yaml");
  window.show_page(Page::Data);
  ASSERT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 2; }));
  EXPECT_EQ(sentence(), "2 pictures in 2 classes, 8 x 8.");
  EXPECT_EQ(find<BarList>("side_bars")->rows().front().name, "below 32");
  auto* use = find<QPushButton>("data_use");
  EXPECT_FALSE(use->isEnabled());
  EXPECT_EQ(use->toolTip(), "The recipe reads these pictures already.");
  gui_test::save_screenshots(window, "data_of_recipe");

  recipe("others.yaml");
  QTest::qWait(0);
  EXPECT_EQ(page->grid().count(), 2) << "nobody looks";
  EXPECT_TRUE(use->isEnabled()) << "the recipe reads others now";
  window.show_page(Page::Data);
  ASSERT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 1; }));

  // What somebody chose stays, until they use it: then the recipe names it.
  open(dir / "own/train");
  ASSERT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 2; }));
  recipe("own.yaml");
  recipe("others.yaml");
  window.show_page(Page::Data);
  QTest::qWait(0);
  EXPECT_TRUE(is_done());
  EXPECT_EQ(page->grid().count(), 2);
  QTest::mouseClick(use, Qt::LeftButton);
  recipe("own.yaml");
  window.show_page(Page::Data);
  QTest::qWait(0);
  EXPECT_TRUE(is_done()) << "chosen pictures go with whoever opens another recipe";
}

TEST_F(GuiData, AnotherWindowShowsThePicturesOfTheRecipeThatItGoesOnWith) {
  put_picture(dir / "own/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "own/2.png", 8, 8, {1, 2, 3});
  open(dir / "own");
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  QTest::mouseClick(find<QPushButton>("data_use"), Qt::LeftButton);
  window.close();
  MainWindow again;
  again.resize(1200, 800);
  again.show();
  again.show_page(Page::Data);
  auto* shown = again.findChild<DataPage*>();
  EXPECT_TRUE(wait_until([&] { return shown->grid().count() == 2; }));
}

TEST_F(GuiData, AFolderOfTheRecipeThatIsGoneIsSaidInItsPlace) {
  put_file(dir / "gone.yaml", "name: gone\ndata: {path: '" + (dir / "gone").string() + "'}\n");
  window.open_recipe(QString::fromStdString((dir / "gone.yaml").string()));
  window.show_page(Page::Data);
  const auto says = [&](const QString& words) {
    for (const auto* label : page->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(words)) return true;
    }
    return false;
  };
  ASSERT_TRUE(wait_until([&] { return says("The recipe's pictures are not there"); }));
  EXPECT_TRUE(says(QString::fromStdString((dir / "gone").string())));
  EXPECT_FALSE(find<Banner>("data_problem")->isVisible()) << "nobody asked for it just now";
  EXPECT_TRUE(find<QPushButton>("data_choose_first")->isVisible());
  gui_test::save_screenshots(window, "data_gone");
  // It is looked for again when somebody comes back.
  put_picture(dir / "gone/1.png", 8, 8, {1, 2, 3});
  window.show_page(Page::Train);
  window.show_page(Page::Data);
  EXPECT_TRUE(wait_until([&] { return is_done() && page->grid().count() == 1; }));
  EXPECT_FALSE(says("are not there"));
}

TEST_F(GuiData, PutsThePicturesIntoTheRecipe) {
  put_picture(dir / "it's here: really/cat/1.png", 8, 8, {1, 2, 3});
  put_picture(dir / "it's here: really/dog/1.png", 8, 8, {1, 2, 3});
  open(dir / "it's here: really");
  ASSERT_TRUE(wait_until([&] { return is_done(); }));
  QTest::mouseClick(find<QPushButton>("data_use"), Qt::LeftButton);
  EXPECT_EQ(window.page(), Page::Configure);
  Configuration& recipe = window.findChild<ConfigurePage*>()->configuration();
  ASSERT_TRUE(recipe.result().plan.has_value());
  EXPECT_EQ(recipe.result().plan->data().path, (dir / "it's here: really").string());
  EXPECT_EQ(recipe.result().plan->data().kind, "folder");
  recipe.undo_stack()->undo();
  EXPECT_EQ(recipe.text().find("really"), std::string::npos);
}

}  // namespace
}  // namespace ibot::ui
