// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_fixture.h"
#include "screenshots.h"
#include "stall_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/views/attention_view.h>
#include <ui/views/canvas_set.h>
#include <ui/views/clusters_view.h>
#include <ui/views/embedding_view.h>
#include <ui/views/similarity_view.h>
#include <ui/views/timeline_bar.h>
#include <ui/widgets/card_grid.h>
#include <ui/widgets/map_grid.h>
#include <ui/widgets/match_canvas.h>
#include <ui/widgets/scatter_plot.h>
#include <ui/widgets/swatch_list.h>
#include <ui/widgets/timeline.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;
using testing::Not;

TEST_F(GuiLook, AttentionOfClsOfAPatchOfEveryLayerAndHead) {
  auto* view = find<AttentionView>("attention_view");
  PatchCanvas& canvas = view->canvas();
  ASSERT_TRUE(soon([&] { return !canvas.content().values.empty(); }));
  EXPECT_EQ(canvas.content().values.size(), 64U) << "twice the global crops: 64 px in patches of 8";
  EXPECT_THAT(caption(), HasSubstr("Attention of CLS"));
  EXPECT_THAT(caption(), HasSubstr("layer 2 of 2, mean of 2 heads"));
  EXPECT_THAT(caption(), HasSubstr("teacher, step 12 of small, saved"));
  EXPECT_THAT(caption(), HasSubstr("colours 0.00"));
  // The grid fills by itself.
  auto* grid = find<MapGrid>("attention_grid");
  ASSERT_TRUE(soon([&] { return grid->layers() == 2 && grid->has_map(1, 2); }));
  shoot("attention_cls");
  const std::vector<float> mean = canvas.content().values;
  click(grid, grid->cell(1, 2).center().toPoint());
  ASSERT_TRUE(soon([&] { return caption().find("layer 1 of 2, head 2 of 2") != std::string::npos; }));
  EXPECT_NE(canvas.content().values, mean);
  // Hovering shows another one and gives the chosen one back.
  QTest::mouseMove(grid, grid->cell(2, 0).center().toPoint());
  EXPECT_EQ(canvas.content().values, mean);
  QTest::mouseMove(grid, QPoint(1, 1));
  EXPECT_THAT(caption(), HasSubstr("layer 1 of 2, head 2 of 2"));

  click(&canvas, middle(canvas, 2, 5));
  ASSERT_TRUE(soon([&] { return caption().find("the patch in row 2, column 5") != std::string::npos; }));
  EXPECT_EQ(canvas.content().mark, (PatchAt{2, 5}));
  EXPECT_FALSE(find<QToolButton>("attention_cls")->isChecked());
  QTest::keyClick(&canvas, Qt::Key_Right);
  ASSERT_TRUE(soon([&] { return caption().find("row 2, column 6") != std::string::npos; }));
  EXPECT_THAT(find<QLabel>("attention_numbers")->text().toStdString(), HasSubstr("nats"));

  click(find<QCheckBox>("attention_mass"), QPoint(8, 12));
  const auto inside = std::count(canvas.content().inside.begin(), canvas.content().inside.end(), 1);
  EXPECT_GT(inside, 0);
  EXPECT_LT(inside, 64);
  shoot("attention_patch");
  click(find<QCheckBox>("attention_composite"), QPoint(8, 12));
  EXPECT_FALSE(canvas.content().patches.isNull());
  EXPECT_THAT(caption(), HasSubstr("2 heads, a colour each"));
  shoot("attention_heads");
  // By keyboard: back to CLS, the next layer, the mean.
  QTest::keyClick(&page, Qt::Key_Escape);
  QTest::keyClick(&page, Qt::Key_BracketRight);
  QTest::keyClick(&page, Qt::Key_0);
  ASSERT_TRUE(soon([&] { return caption().find("Attention of CLS \u00b7 layer 2") != std::string::npos; }));
}

TEST_F(GuiLook, OfARecordThatWasCopiedAloneItSaysWhichFilesAreMissing) {
  const test::TempDir copy;
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "workspace")) {
    if (entry.is_regular_file()) std::filesystem::copy(entry.path(), copy.path());
  }
  Record alone;
  LookPage look(alone, inspector);
  look.resize(1294, 640);
  look.show();
  alone.open(QString::fromStdString(copy.path().string()));
  ASSERT_TRUE(
      wait_until([&] { return look.context().history().complete && !look.context().run().isEmpty(); }));
  EXPECT_TRUE(look.context().history().weights.empty());
  EXPECT_FALSE(look.context().can_ask());
  click(look.findChild<QToolButton*>("view_similarity"));
  const auto* notice = &look.view().notice();
  ASSERT_TRUE(wait_until([&] { return !notice->words().isEmpty(); }));
  EXPECT_THAT(notice->words().toStdString(), HasSubstr("runs/" + look.context().run().toStdString() + "/"));
  EXPECT_THAT(notice->words().toStdString(),
              HasSubstr("Was the workspace copied without its folder of runs?"));
  const auto* moment = look.findChild<QComboBox*>("look_moment");
  EXPECT_FALSE(moment->isEnabled());
  EXPECT_EQ(moment->itemText(0), "Newest") << "there is none";
  EXPECT_THAT(moment->toolTip().toStdString(), HasSubstr("is missing in the workspace"));
  EXPECT_EQ(look.findChild<QLabel*>("timeline_source")->text(), "as recorded");
  gui_test::save_screenshots(look, "look_without_weights");
}

TEST_F(GuiLook, ADragAnswersTheNewestPlaceAndNothingBlocks) {
  auto* view = find<AttentionView>("attention_view");
  PatchCanvas& canvas = view->canvas();
  ASSERT_TRUE(soon([&] { return !canvas.content().values.empty(); }));
  gui_test::StallWatch watch;
  QTest::mousePress(&canvas, Qt::LeftButton, {}, middle(canvas, 0, 0));
  for (int i = 0; i < 64; ++i) QTest::mouseMove(&canvas, middle(canvas, i / 8, i % 8));
  QTest::mouseRelease(&canvas, Qt::LeftButton, {}, middle(canvas, 7, 7));
  ASSERT_TRUE(soon([&] { return caption().find("row 7, column 7") != std::string::npos; }));
  EXPECT_EQ(words(), "");
  ASSERT_TRUE(soon([&] { return !watch.delays().empty(); }));
  std::cout << "longest block while dragging: " << watch.longest() << " ms\n";
}

TEST_F(GuiLook, SimilarityOfAClickInEveryPicture) {
  click(find<QToolButton>("view_similarity"));
  auto* view = find<SimilarityView>("similarity_view");
  CanvasSet& set = view->canvases();
  ASSERT_TRUE(soon([&] { return !set.canvas(2).content().values.empty(); }));
  click(&set.canvas(0), middle(set.canvas(0), 4, 3));
  ASSERT_TRUE(soon([&] { return caption().find("row 4, column 3") != std::string::npos; }));
  EXPECT_NEAR(set.canvas(0).content().values[4 * 8 + 3], 1, 1e-4) << "a patch is like itself";
  // The number under the mouse, which rests where it clicked, is that of the new answer.
  const auto* number = view->findChild<QLabel*>(QStringLiteral("look_value"));
  QTest::mouseMove(&set.canvas(0), middle(set.canvas(0), 5, 6));
  EXPECT_THAT(number->text().toStdString(), HasSubstr("row 5, column 6: "));
  EXPECT_THAT(number->text().toStdString(), Not(HasSubstr("row 5, column 6: 1.0")));
  click(&set.canvas(0), middle(set.canvas(0), 5, 6));
  ASSERT_TRUE(soon([&] { return caption().find("row 5, column 6") != std::string::npos; }));
  EXPECT_THAT(number->text().toStdString(), HasSubstr("row 5, column 6: 1.0"));
  EXPECT_NE(set.canvas(1).content().values, set.canvas(0).content().values);
  shoot("similarity");
  // A click in another picture makes that one the clicked one.
  const QString other = page.context().pictures()[1].name;
  click(&set.canvas(1), middle(set.canvas(1), 1, 1));
  ASSERT_TRUE(soon([&] {
    return page.context().current() == 1 && caption().find("row 1, column 1") != std::string::npos;
  }));
  EXPECT_EQ(set.canvas(0).accessibleName(), other);
  auto* beside = find<QComboBox>("similarity_beside");
  beside->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return caption().find("what training added") != std::string::npos; }));
  EXPECT_NEAR(set.canvas(0).content().values[1 * 8 + 1], 0, 1e-4);
  shoot("similarity_difference");
  find<QCheckBox>("similarity_fixed")->setChecked(true);
  EXPECT_EQ(set.canvas(0).content().range.low, -1);
}

TEST_F(GuiLook, ClustersAndComponentsOfAllPictures) {
  click(find<QToolButton>("view_clusters"));
  auto* view = find<ClustersView>("clusters_view");
  auto* legend = find<SwatchList>("clusters_legend");
  auto* gallery = find<CardGrid>("clusters_gallery");
  ASSERT_TRUE(soon([&] { return gallery->cards().size() == 6U; }));
  EXPECT_FALSE(gallery->cards()[0].pictures[0].isNull()) << "the patch nearest to the centre";
  EXPECT_THAT(caption(), HasSubstr("6 clusters by k-means"));
  shoot("clusters");
  find<QSpinBox>("clusters_count")->setValue(4);
  ASSERT_TRUE(soon([&] { return gallery->cards().size() == 4U; }));
  // The cluster under the mouse stands out in each picture.
  PatchCanvas& canvas = view->canvases().canvas(0);
  QTest::mouseMove(&canvas, middle(canvas, 3, 3));
  ASSERT_TRUE(soon([&] { return !canvas.content().inside.empty(); }));
  EXPECT_EQ(canvas.content().inside[3 * 8 + 3], 1);
  QTest::mouseMove(&canvas, QPoint(1, 1));
  click(find<QToolButton>("clusters_pca"));
  ASSERT_TRUE(soon([&] { return caption().find("Principal components") != std::string::npos; }));
  EXPECT_EQ(legend->rows().size(), 3U);
  shoot("components");
  find<QComboBox>("clusters_foreground")->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return caption().find("foreground by attention") != std::string::npos; }));
}

TEST_F(GuiLook, ALassoAndThePicturesShareTheirPatches) {
  click(find<QToolButton>("view_embedding"));
  auto* view = find<EmbeddingView>("embedding_view");
  ScatterPlot& plot = view->plot();
  ASSERT_TRUE(soon(
      [&] { return caption().find("First two principal components of 192 of 192") != std::string::npos; }));
  shoot("scatter");
  // A lasso round everything.
  QTest::mousePress(&plot, Qt::LeftButton, {}, QPoint(1, 1));
  for (const QPoint& corner : {plot.rect().topRight(), plot.rect().bottomRight(), plot.rect().bottomLeft()})
    QTest::mouseMove(&plot, corner);
  QTest::mouseRelease(&plot, Qt::LeftButton, {}, plot.rect().bottomLeft());
  EXPECT_EQ(plot.selected().size(), 192U);
  const PatchCanvas& canvas = view->canvases().canvas(1);
  EXPECT_EQ(std::count(canvas.content().inside.begin(), canvas.content().inside.end(), 1), 64);
  auto* chip = find<QToolButton>("embedding_selection");
  EXPECT_EQ(chip->text(), QStringLiteral("192 patches \u2715"));
  click(chip);
  EXPECT_TRUE(plot.selected().empty());
  EXPECT_FALSE(chip->isVisible());
  // The point under the mouse and its patch.
  QTest::mouseMove(&plot, plot.place(70).toPoint());
  const auto hovered = [&] {
    int any = 0;
    for (std::size_t i = 0; i < 3; ++i) any += view->canvases().canvas(i).hovered().is_patch() ? 1 : 0;
    return any;
  };
  EXPECT_EQ(hovered(), 1);
  find<QComboBox>("embedding_method")->setCurrentIndex(1);
  ASSERT_TRUE(soon([&] { return caption().find("t-SNE, perplexity 30, divergence") != std::string::npos; }));
  EXPECT_EQ(words(), "");
}

TEST_F(GuiLook, PrototypesCorrespondenceAndPrediction) {
  click(find<QToolButton>("view_prototypes"));
  auto* cards = find<CardGrid>("prototypes_cards");
  ASSERT_TRUE(soon([&] { return !cards->cards().empty(); }));
  // It goes on by itself until every picture was seen.
  static const QRegularExpression all(QStringLiteral("^(\\d+) of \\1 pictures seen"));
  ASSERT_TRUE(soon([&] { return all.match(find<QLabel>("prototypes_sentence")->text()).hasMatch(); }))
      << find<QLabel>("prototypes_sentence")->text().toStdString();
  click(cards, cards->place(0).center());
  ASSERT_TRUE(soon([&] { return caption().find("Logit of prototype") != std::string::npos; }));
  shoot("prototypes");

  click(find<QToolButton>("view_correspondence"));
  auto* matches = find<MatchCanvas>("correspondence_canvas");
  ASSERT_TRUE(soon([&] { return !matches->lines().empty(); }));
  EXPECT_THAT(caption(), HasSubstr("each other's nearest"));
  shoot("correspondence");
  auto* draw = find<QSpinBox>("correspondence_draw");
  EXPECT_FALSE(draw->isVisible());
  auto* other = find<QComboBox>("correspondence_other");
  other->setCurrentIndex(other->count() - 1);
  ASSERT_TRUE(soon([&] { return caption().find("in both views") != std::string::npos; }));
  EXPECT_TRUE(draw->isVisible());
  EXPECT_THAT(page.view().command().join(' ').toStdString(), HasSubstr("--views --draw 0"));
  const QImage drawn = matches->sides()[0].picture;
  draw->stepUp();
  ASSERT_TRUE(soon([&] { return matches->sides()[0].picture != drawn; }));
  shoot("correspondence_views");

  click(find<QToolButton>("view_prediction"));
  auto* mask = find<PatchCanvas>("prediction_mask");
  ASSERT_TRUE(soon([&] { return !mask->content().hatched.empty(); }));
  EXPECT_THAT(find<QLabel>("prediction_numbers")->text().toStdString(), HasSubstr("patches hidden"));
  shoot("prediction");
  const auto before = mask->content().hatched;
  click(mask, middle(*mask, 0, 0));
  ASSERT_TRUE(soon([&] { return caption().find("drawn by hand") != std::string::npos; }));
  EXPECT_NE(mask->content().hatched[0], before[0]);
  EXPECT_TRUE(find<QToolButton>("prediction_again")->isEnabled());
}

TEST_F(GuiLook, AnyMomentOfTheRunOnTheTimeline) {
  auto* view = find<AttentionView>("attention_view");
  ASSERT_TRUE(soon([&] { return !view->canvas().content().values.empty(); }));
  auto* line = find<Timeline>("timeline");
  EXPECT_EQ(line->step(), 12);
  EXPECT_TRUE(find<QToolButton>("timeline_newest")->isChecked());
  // A step at which nothing was kept shows what was recorded.
  line->setFocus();
  QTest::keyClick(line, Qt::Key_Home);
  QTest::keyClick(line, Qt::Key_Right);
  EXPECT_THAT(caption(), HasSubstr("recorded while it trained: teacher, step 2 of small"));
  shoot("timeline");
  // One at which weights are kept is asked when the hand rests.
  page.context().set_step(8);
  ASSERT_TRUE(soon([&] {
    return caption().find("teacher, step 8 of small") != std::string::npos &&
           caption().find("recorded") == std::string::npos;
  }));
  auto* moment = find<QComboBox>("look_moment");
  EXPECT_THAT(moment->currentText().toStdString(), HasSubstr("Step 8"));
  // A view that needs weights says which step has some.
  page.context().set_step(2);
  click(find<QToolButton>("view_similarity"));
  ASSERT_TRUE(soon([&] { return words().find("No weights are kept of step 2") != std::string::npos; }));
  click(page.view().findChild<QPushButton*>(QStringLiteral("notice_button")));
  ASSERT_TRUE(soon([&] { return caption().find("step 3 of small") != std::string::npos; }));
}

TEST_F(GuiLook, PicturesOfOnesOwnAreOpenedDroppedAndUnpinned) {
  auto* strip = find<QListWidget>("film_strip");
  EXPECT_EQ(strip->count(), 3);
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(QString::fromStdString(picture_file()))});
  const auto drop = [&] {
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&page, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&page, &event);
  };
  drop();
  ASSERT_EQ(strip->count(), 4);
  EXPECT_EQ(page.context().current(), 3);
  drop();
  EXPECT_EQ(strip->count(), 4) << "dropping twice pins once";
  auto* view = find<AttentionView>("attention_view");
  ASSERT_TRUE(soon([&] { return !view->canvas().content().values.empty() && answers > 0; }));
  // One that is no picture is said in words, and the page goes on.
  std::ofstream(*folder / "no.png") << "text";
  page.context().add_picture(path("no.png"));
  ASSERT_TRUE(soon([&] { return words().find("no.png") != std::string::npos; }));
  EXPECT_TRUE(view->canvas().is_dimmed());
  shoot("problem");
  strip->setFocus();
  QTest::keyClick(strip, Qt::Key_Delete);
  EXPECT_EQ(strip->count(), 4);
  ASSERT_TRUE(soon([&] { return words().empty() && !view->canvas().is_dimmed(); }));
}

TEST_F(GuiLook, SaysThatItsProcessWasKilledAndGoesOn) {
  auto* view = find<AttentionView>("attention_view");
  ASSERT_TRUE(soon([&] { return !view->canvas().content().values.empty(); }));
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() == 0; }));
  const auto child = static_cast<pid_t>(inspector.process_id());
  ASSERT_EQ(::kill(child, SIGSTOP), 0);
  click(&view->canvas(), middle(view->canvas(), 1, 1));
  ASSERT_TRUE(wait_until([&] { return inspector.in_flight() > 0; }));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_TRUE(soon([&] { return words().find("signal 9") != std::string::npos; }));
  click(page.view().findChild<QPushButton*>(QStringLiteral("notice_button")));
  ASSERT_TRUE(
      soon([&] { return words().empty() && caption().find("row 1, column 1") != std::string::npos; }));
}

TEST_F(GuiLook, WeightsThatAreGoneAreSaidInWords) {
  page.context().set_weights(path("nowhere.safetensors"));
  page.context().add_picture(QString::fromStdString(picture_file()));
  ASSERT_TRUE(soon([&] { return words().find("nowhere.safetensors") != std::string::npos; }));
  EXPECT_FALSE(find<Timeline>("timeline")->isVisible());
}

TEST_F(GuiLook, CopiesWhatIsSeenAndSavesWhatTheProgramDraws) {
  auto* view = find<AttentionView>("attention_view");
  ASSERT_TRUE(soon([&] { return !view->canvas().content().values.empty() && !view->command().isEmpty(); }));
  const QImage copied = page.picture();
  ASSERT_FALSE(copied.isNull());
  EXPECT_GT(copied.height(), view->canvas().rendered(2).height()) << "the caption is below";
  QSignalSpy saved(&page, &LookPage::saved);
  page.save(path("window.png"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !saved.isEmpty(); }, kTrainMillis));
  ASSERT_EQ(saved.front().at(1).toString().toStdString(), "");
  // The same by hand is the same picture.
  QProcess program;
  QStringList arguments = view->command();
  arguments.prepend("inspect");
  program.start(Program::path(), arguments << "--dark"
                                           << "--out" << path("headless.png"));
  ASSERT_TRUE(program.waitForFinished(kTrainMillis));
  const QImage window(path("window.png"));
  EXPECT_FALSE(window.isNull());
  EXPECT_EQ(window, QImage(path("headless.png")));
}

}  // namespace
}  // namespace ibot::ui
