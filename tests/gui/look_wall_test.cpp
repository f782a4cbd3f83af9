// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_measures.h"

#include <gmock/gmock.h>
#include <ui/views/wall_view.h>
#include <ui/widgets/sticky_grid.h>

#include <QCheckBox>
#include <QComboBox>
#include <QMenu>
#include <QScrollBar>
#include <QSpinBox>
#include <QToolButton>
#include <QWheelEvent>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

class GuiLookWall : public GuiLookMeasures {
 protected:
  GuiLookWall() {
    click(find<QToolButton>("view_wall"));
    wall_ = find<WallView>("wall_view");
    EXPECT_TRUE(soon([&] { return wall_->cells().size() == 3U && is_full(); }));
  }
  bool is_full() const {
    for (const PatchCanvas* cell : wall_->cells()) {
      if (cell->content().values.empty() || cell->is_dimmed()) return false;
    }
    return true;
  }
  // The cells hold what the program answers.
  void expect_the_same_numbers() {
    const std::vector<float> headless = numbers("maps");
    std::size_t at = 0;
    for (const PatchCanvas* cell : wall_->cells()) {
      for (const float value : cell->content().values) {
        ASSERT_LT(at, headless.size());
        EXPECT_NEAR(headless[at++], value, 1e-4);
      }
    }
    EXPECT_EQ(at, headless.size());
  }

  WallView* wall_ = nullptr;
};

TEST_F(GuiLookWall, OneCursorOverAllCellsOfTheWall) {
  const auto& cells = wall_->cells();
  QTest::mouseMove(cells[1], middle(*cells[1], 2, 3));
  for (const PatchCanvas* cell : cells) EXPECT_EQ(cell->hovered(), (PatchAt{2, 3}));
  for (const PatchCanvas* cell : cells) EXPECT_EQ(cell->content().range.high, cells[0]->content().range.high);
  find<QComboBox>("wall_columns")->setCurrentIndex(1);
  ASSERT_TRUE(soon([&] { return wall_->cells().size() == 4U && is_full(); }));
  EXPECT_THAT(wall_->cells()[0]->accessibleName().toStdString(), HasSubstr("step 0"));
  EXPECT_THAT(wall_->cells()[3]->accessibleName().toStdString(), HasSubstr("step 12"));
  click(wall_->cells()[2], middle(*wall_->cells()[2], 5, 5));
  ASSERT_TRUE(soon([&] { return caption().find("row 5, column 5") != std::string::npos && is_full(); }));
  for (const PatchCanvas* cell : wall_->cells()) EXPECT_NEAR(cell->content().values[5 * 8 + 5], 1, 1e-4);
  shoot("wall");
}

TEST_F(GuiLookWall, IsSavedAsTheProgramDrawsIt) {
  expect_the_same_numbers();
  expect_the_same_figure();
  find<QComboBox>("wall_columns")->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return wall_->cells().size() == 12U && is_full(); }));
  EXPECT_THAT(wall_->command(),
              testing::Contains(testing::ResultOf(
                  [](const QString& each) { return each.endsWith(QLatin1String("@0,3,8,12")); }, true)));
  find<QCheckBox>("wall_difference")->setChecked(true);
  EXPECT_THAT(caption(), HasSubstr("differences to step 0"));
  EXPECT_EQ(wall_->cells()[1]->content().colours, figure::ColourMap::Difference);
  EXPECT_EQ(wall_->cells()[0]->content().colours, figure::ColourMap::Inferno);
  shoot("wall_difference");
  expect_the_same_figure();
  find<QCheckBox>("wall_difference")->setChecked(false);
  // A click in the second picture is a click of that picture, in every row and moment.
  click(wall_->cells()[5], middle(*wall_->cells()[5], 1, 2));
  ASSERT_TRUE(soon([&] { return caption().find("row 1, column 2 of") != std::string::npos && is_full(); }));
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_EQ(wall_->cells()[i]->content().mark, (PatchAt{1, 2}));
    EXPECT_NEAR(wall_->cells()[i]->content().values[1 * 8 + 2], 1, 1e-4);
  }
  EXPECT_FALSE(wall_->cells()[0]->content().mark.is_patch());
  expect_the_same_figure();
}

TEST_F(GuiLookWall, LayerAndHeadAreShared) {
  const std::vector<float> mean = wall_->cells()[0]->content().values;
  QTest::keyClick(&page, Qt::Key_2);
  ASSERT_TRUE(soon([&] { return caption().find("last layer, head 2") != std::string::npos; }));
  EXPECT_NE(wall_->cells()[0]->content().values, mean);
  QTest::keyClick(&page, Qt::Key_BracketLeft);
  ASSERT_TRUE(soon([&] { return caption().find("layer 1, head 2") != std::string::npos; }));
  expect_the_same_numbers();
  expect_the_same_figure();
}

TEST_F(GuiLookWall, APictureThatCannotBeReadIsLeftOutAndNamed) {
  std::ofstream(*folder / "torn.png") << "text";
  page.context().add_picture(path("torn.png"));
  ASSERT_TRUE(soon([&] { return caption().find("left out: torn.png") != std::string::npos; }));
  EXPECT_EQ(words(), "");
  EXPECT_EQ(wall_->cells().size(), 3U);
  // Also where one clicks, and in the picture that is saved.
  click(wall_->cells()[1], middle(*wall_->cells()[1], 0, 0));
  ASSERT_TRUE(soon([&] { return caption().find("row 0, column 0 of") != std::string::npos; }));
  EXPECT_EQ(words(), "");
  expect_the_same_figure();
}

TEST_F(GuiLookWall, NamesStayInSightWhileItIsEnlargedAndScrolled) {
  find<QComboBox>("wall_columns")->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return wall_->cells().size() == 12U && is_full(); }));
  StickyGrid& grid = wall_->grid();
  const QRect before = grid.cell(0, 5);
  grid.set_zoom(4);
  EXPECT_GT(grid.cell(0, 5).width(), 3 * before.width());
  grid.horizontalScrollBar()->setValue(500);
  grid.verticalScrollBar()->setValue(100);
  ASSERT_GT(grid.horizontalScrollBar()->value(), 0);
  for (int column = 0; column < 12; ++column) {
    EXPECT_EQ(grid.column_head(column).top(), 0);
    const QWidget* cell = wall_->cells()[static_cast<std::size_t>(column)];
    EXPECT_EQ(grid.column_head(column).left(), cell->mapTo(&grid, QPoint(0, 0)).x());
    EXPECT_EQ(grid.row_head(0).top(), cell->mapTo(&grid, QPoint(0, 0)).y());
  }
  EXPECT_EQ(grid.row_head(0).left(), 0);
  shoot("wall_zoomed");
  // The patch under the mouse stays there when the wheel turns.
  const QPoint at = grid.viewport()->rect().center();
  const QPoint in_content(grid.horizontalScrollBar()->value() + at.x(),
                          grid.verticalScrollBar()->value() + at.y());
  QWheelEvent wheel(at, grid.viewport()->mapToGlobal(at), {}, QPoint(0, 120), Qt::NoButton,
                    Qt::ControlModifier, Qt::NoScrollPhase, false);
  QApplication::sendEvent(grid.viewport(), &wheel);
  EXPECT_NEAR(grid.zoom(), 4.8, 1e-9);
  EXPECT_NEAR((grid.horizontalScrollBar()->value() + at.x()) / 1.2, in_content.x(), 2);
  // Copied is all of it.
  EXPECT_GT(wall_->picture().width(), grid.viewport()->width());
}

TEST_F(GuiLookWall, TheMenuOfRunsIsFilledWhenItOpens) {
  QMenu* menu = find<QToolButton>("wall_runs")->menu();
  EXPECT_TRUE(menu->isEmpty()) << "nobody has looked at it";
  Q_EMIT menu->aboutToShow();
  ASSERT_EQ(menu->actions().size(), 1);
  EXPECT_TRUE(menu->actions().front()->isChecked());
  EXPECT_FALSE(menu->actions().front()->isEnabled()) << "the run that is looked at is always there";
}

TEST_F(GuiLookWall, CellsAreShownAsTheyAreAnswered) {
  std::vector<std::size_t> filled;
  const auto count = [&] {
    std::size_t full = 0;
    for (const PatchCanvas* cell : wall_->cells()) full += cell->content().values.empty() ? 0 : 1;
    filled.push_back(full);
    EXPECT_EQ(wall_->cells().size(), 12U) << "the others have their places already";
    EXPECT_EQ(wall_->command().isEmpty(), full < 12U) << "half a wall is not saved";
  };
  const auto listening = QObject::connect(wall_, &LookView::shown, wall_, count);
  find<QComboBox>("wall_columns")->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return !filled.empty() && filled.back() == 12U; }));
  QObject::disconnect(listening);
  EXPECT_THAT(filled, testing::ElementsAre(3U, 6U, 12U)) << "one of four moments, two, all";
  EXPECT_EQ(caption().find("so far"), std::string::npos);
}

// The last one: it adds a run to the workspace that all share.
TEST_F(GuiLookWall, RunsWithoutWeightsLeaveTheirCellsEmptyAndAreNamed) {
  QProcess program;
  program.start(Program::path(),
                {"queue", "add", path("recipe.yaml"), "--name", "waiting", "--workspace", path("workspace")});
  ASSERT_TRUE(program.waitForFinished(kTrainMillis));
  ASSERT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
  ASSERT_TRUE(soon([&] { return record.runs().size() == 2U; }));
  QString waiting;
  for (const auto& [id, view] : record.runs()) {
    if (view.run.name == "waiting") waiting = id;
  }
  wall_->set_runs({waiting});
  ASSERT_TRUE(soon([&] { return caption().find("without kept weights: waiting") != std::string::npos; }));
  ASSERT_TRUE(
      soon([&] { return wall_->cells().size() == 6U && caption().find("so far") == std::string::npos; }));
  EXPECT_EQ(words(), "");
  for (std::size_t i = 0; i < 6; ++i) {
    const PatchCanvas* cell = wall_->cells()[i];
    EXPECT_EQ(cell->content().values.empty(), i >= 3) << i;
    EXPECT_EQ(cell->note().toStdString(), i >= 3 ? "no weights kept" : "") << i;
  }
  EXPECT_THAT(wall_->cells()[4]->accessibleName().toStdString(), HasSubstr("no weights kept"));
  shoot("wall_gaps");
  expect_the_same_numbers();
  expect_the_same_figure();
  // Moments of the one that has them, and still one row for the other.
  find<QComboBox>("wall_columns")->setCurrentIndex(1);
  ASSERT_TRUE(
      soon([&] { return wall_->cells().size() == 8U && caption().find("so far") == std::string::npos; }));
  EXPECT_FALSE(wall_->cells()[3]->content().values.empty());
  EXPECT_EQ(wall_->cells()[7]->note().toStdString(), "no weights kept");
  expect_the_same_figure();
}

}  // namespace
}  // namespace ibot::ui
