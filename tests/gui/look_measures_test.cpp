// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_measures.h"

#include <ibot/protocol/clusters.h>

#include <gmock/gmock.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/agreement_view.h>
#include <ui/views/canvas_set.h>
#include <ui/views/cka_view.h>
#include <ui/views/clusters_view.h>
#include <ui/views/norms_view.h>
#include <ui/views/similarity_view.h>
#include <ui/widgets/card_grid.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/match_canvas.h>
#include <ui/widgets/value_histogram.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <numeric>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

TEST_F(GuiLookMeasures, NormsAsMapsAndHistogram) {
  click(find<QToolButton>("view_norms"));
  auto* view = find<NormsView>("norms_view");
  auto* histogram = find<ValueHistogram>("norms_histogram");
  auto* sentence = find<QLabel>("norms_sentence");
  ASSERT_TRUE(soon([&] { return !histogram->counts().empty(); }));
  EXPECT_EQ(std::accumulate(histogram->counts().begin(), histogram->counts().end(), std::int64_t{0}), 192);
  EXPECT_THAT(sentence->text().toStdString(), HasSubstr("of 192 patches"));
  EXPECT_THAT(caption(), HasSubstr("layer 2 of 2"));
  const PatchCanvas& canvas = view->canvases().canvas(0);
  ASSERT_EQ(canvas.content().values.size(), 64U);
  shoot("norms");
  const std::vector<float> headless = numbers("norms");
  ASSERT_EQ(headless.size(), 192U);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_NEAR(headless[i], canvas.content().values[i], 1e-4);
  // Whatever is longer than the median stands out: half of the patches, outlined.
  find<QDoubleSpinBox>("norms_factor")->setValue(0);
  ASSERT_TRUE(soon([&] { return sentence->text().startsWith(QLatin1String("96 of 192")); }))
      << sentence->text().toStdString();
  EXPECT_FALSE(canvas.content().inside.empty());
  QTest::keyClick(&page, Qt::Key_BracketLeft);
  ASSERT_TRUE(soon([&] { return caption().find("layer 1 of 2") != std::string::npos; }));
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, CkaOfLayersOfOneNetworkAndOfItselfUntrained) {
  click(find<QToolButton>("view_cka"));
  PatchCanvas& matrix = find<CkaView>("cka_view")->matrix();
  ASSERT_TRUE(soon([&] { return matrix.content().values.size() == 4U; }));
  EXPECT_NEAR(matrix.content().values[0], 1, 1e-4);
  EXPECT_NEAR(matrix.content().values[1], matrix.content().values[2], 1e-4);
  shoot("cka");
  QTest::mouseMove(&matrix, middle(matrix, 1, 0));
  EXPECT_THAT(find<QLabel>("cka_pair")->text().toStdString(), HasSubstr("Layer 2 of the one and layer 1"));
  find<QComboBox>("cka_beside")->setCurrentIndex(1);
  ASSERT_TRUE(soon(
      [&] { return caption().find("across: teacher of small before its first step") != std::string::npos; }));
  // Of the square under the mouse the new number is said.
  EXPECT_EQ(find<QLabel>("cka_pair")->text(),
            QStringLiteral("Layer 2 of the one and layer 1 of the other: %1")
                .arg(static_cast<double>(matrix.content().values[2]), 0, 'f', 3));
  const std::vector<float> headless = numbers("values");
  ASSERT_EQ(headless.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(headless[i], matrix.content().values[i], 1e-4);
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, AgreementAtEveryKeptMomentAndStopped) {
  click(find<QToolButton>("view_agreement"));
  auto* view = find<AgreementView>("agreement_view");
  auto* compute = find<QPushButton>("agreement_compute");
  // The folders are found beside the pictures that were trained on.
  ASSERT_TRUE(
      soon([&] { return find<QLineEdit>("agreement_masks")->text().endsWith(QLatin1String("masks/val")); }));
  EXPECT_TRUE(view->command().isEmpty());
  find<QSpinBox>("agreement_limit")->setValue(8);
  ASSERT_TRUE(compute->isEnabled()) << compute->toolTip().toStdString();
  click(compute);
  EXPECT_TRUE(view->is_computing());
  EXPECT_EQ(compute->text(), QStringLiteral("Stop"));
  ASSERT_TRUE(soon([&] { return !view->computed().empty(); }));
  click(compute);
  EXPECT_FALSE(view->is_computing());
  const std::size_t before = view->computed().size();
  EXPECT_LT(before, 4U) << "stopped at the first";
  ASSERT_TRUE(soon([&] { return inspector.in_flight() == 0; }));
  EXPECT_EQ(view->computed().size(), before) << "what was stopped is never answered";
  click(compute);
  ASSERT_TRUE(soon([&] { return !view->is_computing(); }));
  EXPECT_EQ(words(), "");
  std::vector<qint64> steps;
  for (const auto& [step, figures] : view->computed()) {
    steps.push_back(step);
    EXPECT_GT(figures.click_iou, 0);
    EXPECT_LE(figures.purity, 1);
  }
  EXPECT_THAT(steps, testing::ElementsAre(0, 3, 8, 12));
  EXPECT_GT(view->plot().points(), 0);
  EXPECT_THAT(find<ElidedLabel>("agreement_sentence")->text().toStdString(),
              HasSubstr("Computed on 8 pictures"));
  shoot("agreement");
  EXPECT_THAT(view->command(), testing::Contains(QStringLiteral("@8")));
  expect_the_same_figure();
  // A question about other pictures has no answer yet.
  const auto before_limit = view->computed();
  find<QSpinBox>("agreement_limit")->setValue(4);
  EXPECT_TRUE(view->computed().empty());
  // The record knows the first one's answer.
  ASSERT_TRUE(soon([&] { return page.context().history().computed.size() >= 20; }));
  find<QSpinBox>("agreement_limit")->setValue(8);
  ASSERT_EQ(view->computed().size(), 4U);
  for (const auto& [step, figures] : view->computed()) {
    EXPECT_EQ(figures.nmi, before_limit.at(step).nmi);
    EXPECT_EQ(figures.click_iou, before_limit.at(step).click_iou);
  }
  EXPECT_THAT(find<ElidedLabel>("agreement_sentence")->text().toStdString(),
              HasSubstr("Computed on 8 pictures"));
  click(compute);
  EXPECT_FALSE(view->is_computing()) << "nothing is left to compute";
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, AgreementOfAnOpenedBundleIsComputedAndNotKept) {
  // What tells an opened bundle from a workspace.
  std::ofstream(*folder / "workspace" / "bundle.json") << "{}";
  record.open(path("workspace"));
  ASSERT_TRUE(wait_until([&] { return !record.runs().empty(); }));
  page.context().set_run(record.runs().begin()->first);
  click(find<QToolButton>("view_agreement"));
  auto* view = find<AgreementView>("agreement_view");
  ASSERT_TRUE(
      soon([&] { return find<QLineEdit>("agreement_masks")->text().endsWith(QLatin1String("masks/val")); }));
  QSignalSpy problems(&record, &Record::problem);
  find<QSpinBox>("agreement_limit")->setValue(3);
  view->compute();
  ASSERT_TRUE(soon([&] { return !view->computed().empty(); }));
  view->stop();
  ASSERT_TRUE(soon([&] { return inspector.in_flight() == 0; }));
  EXPECT_TRUE(problems.isEmpty()) << "nobody tried to write";
  std::filesystem::remove(*folder / "workspace" / "bundle.json");
}

TEST_F(GuiLookMeasures, OnePictureThatCannotBeReadIsLeftOutAndNamed) {
  std::ofstream(*folder / "broken.png") << "text";
  page.context().add_picture(path("broken.png"));
  ASSERT_TRUE(soon([&] { return words().find("broken.png") != std::string::npos; }))
      << "alone it is an error";
  click(find<QToolButton>("view_clusters"));
  auto* gallery = find<CardGrid>("clusters_gallery");
  ASSERT_TRUE(soon([&] { return gallery->cards().size() == 6U; }));
  EXPECT_EQ(words(), "");
  EXPECT_THAT(caption(), HasSubstr("left out: broken.png"));
  EXPECT_EQ(find<ClustersView>("clusters_view")->canvases().pictures().size(), 3U);
  shoot("left_out");
  for (const char* name : {"view_similarity", "view_embedding", "view_norms", "view_cka"}) {
    click(find<QToolButton>(name));
    ASSERT_TRUE(soon([&] { return caption().find("left out: broken.png") != std::string::npos; })) << name;
    EXPECT_EQ(words(), "") << name;
  }
}

TEST_F(GuiLookMeasures, ClustersSayHowPureTheyAre) {
  click(find<QToolButton>("view_clusters"));
  auto* gallery = find<CardGrid>("clusters_gallery");
  ASSERT_TRUE(soon([&] { return gallery->cards().size() == 6U; }));
  const bool any =
      std::any_of(gallery->cards().begin(), gallery->cards().end(),
                  [](const CardGrid::Card& card) { return card.number.endsWith(QLatin1String("% pure")); });
  EXPECT_TRUE(any) << "the scenes of `parts` have masks";
  EXPECT_THAT(gallery->toolTip().toStdString(), HasSubstr("3 of 3 pictures have masks"));
  shoot("purity");
}

TEST_F(GuiLookMeasures, TheTeacherStandsInWhereNoStudentIsKept) {
  page.context().set_step(3);
  click(find<QToolButton>("view_prediction"));
  ASSERT_TRUE(soon([&] { return caption().find("no student is kept") != std::string::npos; }));
  EXPECT_THAT(caption(), HasSubstr("teacher, step 3 of small"));
  EXPECT_EQ(words(), "");
  shoot("stand_in");
  expect_the_same_figure();
  page.context().set_step(8);
  ASSERT_TRUE(soon([&] { return caption().find("student, step 8 of small") != std::string::npos; }));
}

TEST_F(GuiLookMeasures, SimilaritySavesWhatItShows) {
  click(find<QToolButton>("view_similarity"));
  CanvasSet& set = find<SimilarityView>("similarity_view")->canvases();
  ASSERT_TRUE(soon([&] { return !set.canvas(2).content().values.empty(); }));
  click(&set.canvas(0), middle(set.canvas(0), 4, 3));
  ASSERT_TRUE(soon([&] { return caption().find("row 4, column 3") != std::string::npos; }));
  const std::vector<float> headless = numbers("maps");
  ASSERT_EQ(headless.size(), 192U);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_NEAR(headless[i], set.canvas(0).content().values[i], 1e-4);
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, ClustersSaveWhatTheyShowAlsoInThePast) {
  page.context().set_step(3);
  click(find<QToolButton>("view_clusters"));
  ASSERT_TRUE(soon([&] { return caption().find("6 clusters by k-means") != std::string::npos; }));
  // Numbers follow the newest weights, headless as in the window.
  EXPECT_THAT(page.view().command(), testing::Contains(QStringLiteral("--aligned-to")));
  const std::vector<float> labels = numbers("labels");
  ASSERT_EQ(labels.size(), 192U);
  const QImage shown = find<ClustersView>("clusters_view")->canvases().canvas(0).content().patches;
  for (int i = 0; i < 64; ++i) {
    const figure::Colour colour =
        figure::cluster_colour(static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]));
    EXPECT_EQ(shown.pixel(i % 8, i / 8), qRgb(colour.red, colour.green, colour.blue)) << i;
  }
  expect_the_same_figure();
  click(find<QToolButton>("clusters_pca"));
  ASSERT_TRUE(soon([&] { return caption().find("Principal components") != std::string::npos; }));
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, PointsSaveAsAFigure) {
  click(find<QToolButton>("view_embedding"));
  ASSERT_TRUE(soon([&] { return caption().find("First two principal components") != std::string::npos; }));
  expect_the_same_figure();
  find<QComboBox>("embedding_method")->setCurrentIndex(1);
  ASSERT_TRUE(soon([&] { return caption().find("t-SNE, perplexity 30") != std::string::npos; }));
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, LinesPrototypesAndPredictionsSaveAsFigures) {
  click(find<QToolButton>("view_correspondence"));
  ASSERT_TRUE(soon([&] { return !find<MatchCanvas>("correspondence_canvas")->lines().empty(); }));
  expect_the_same_figure();
  click(find<QToolButton>("view_prototypes"));
  ASSERT_TRUE(soon([&] { return !find<CardGrid>("prototypes_cards")->cards().empty(); }));
  expect_the_same_figure();
  click(find<QToolButton>("view_prediction"));
  auto* mask = find<PatchCanvas>("prediction_mask");
  ASSERT_TRUE(soon([&] { return !mask->content().hatched.empty(); }));
  click(mask, middle(*mask, 0, 0));
  ASSERT_TRUE(soon([&] { return caption().find("drawn by hand") != std::string::npos; }));
  EXPECT_THAT(page.view().command(), testing::Contains(QStringLiteral("--mask")));
  const std::vector<float> headless = numbers("mask");
  ASSERT_EQ(headless.size(), mask->content().hatched.size());
  for (std::size_t i = 0; i < headless.size(); ++i) EXPECT_EQ(headless[i], mask->content().hatched[i]);
  expect_the_same_figure();
}

TEST_F(GuiLookMeasures, ItsLifeAsAnAnimation) {
  ASSERT_TRUE(soon([&] { return !caption().empty(); }));
  QSignalSpy saved(&page, &LookPage::saved);
  page.save_animation(path("life.png"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !saved.isEmpty(); }, kTrainMillis));
  ASSERT_EQ(saved.front().at(1).toString().toStdString(), "");
  QFile file(path("life.png"));
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  const QByteArray bytes = file.readAll();
  const auto control = bytes.indexOf("acTL");
  ASSERT_GT(control, 0);
  const auto frames = static_cast<int>(static_cast<unsigned char>(bytes[control + 7]));
  EXPECT_EQ(frames, static_cast<int>(page.context().history().looks.size()));
  EXPECT_EQ(bytes.count("fcTL"), frames);
  const QImage first(path("life.png"));
  EXPECT_FALSE(first.isNull());
  EXPECT_EQ(page.context().step(), LookContext::kNewest) << "back where it was";
}

TEST_F(GuiLookMeasures, LongWorkSaysHowFarItIsAndCanBeCancelled) {
  protocol::EmbeddingRequest request;
  request.network = page.context().network();
  for (int i = 0; i < 3; ++i) request.pictures.push_back(page.context().choice(i));
  request.iterations = 5000;
  protocol::Message message = request.to_message();
  message.tag = "test_long";
  QObject context;
  std::vector<qint64> told;
  bool answered = false;
  inspector.ask(
      message, &context, [&](const auto&) { answered = true; },
      [&](const QString& what, qint64 done, qint64 total) {
        if (what != QLatin1String("t-SNE")) return;
        EXPECT_EQ(total, 5000);
        told.push_back(done);
      });
  ASSERT_TRUE(soon([&] { return told.size() > 2; }));
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  inspector.cancel("test_long");
  // The process is free again, and nobody hears of what was cancelled.
  bool other = false;
  inspector.ask(protocol::NetworkRequest{page.context().network()}.to_message(), &context,
                [&](const auto& result) { other = static_cast<bool>(result); });
  ASSERT_TRUE(soon([&] { return other; }));
  EXPECT_FALSE(answered);
}

/// In a workspace of its own, to which another run is added.
class GuiLookTwoRuns : public GuiLookMeasures {};

TEST_F(GuiLookTwoRuns, CkaOnTheSamePicturesIsRefusedOnOthers) {
  // Another run, which looks at one picture of its own.
  QProcess program;
  program.start(Program::path(),
                {"train", path("recipe.yaml"), "--workspace", path("workspace"), "--set", "name=other",
                 "--set", "train.epochs=2", "--set",
                 QStringLiteral("probes.pinned=['%1']").arg(QString::fromStdString(picture_file()))});
  ASSERT_TRUE(program.waitForFinished(kTrainMillis));
  ASSERT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();
  ASSERT_TRUE(wait_until([&] { return record.runs().size() == 2U; }));
  click(find<QToolButton>("view_cka"));
  PatchCanvas& matrix = find<CkaView>("cka_view")->matrix();
  ASSERT_TRUE(soon([&] { return matrix.content().values.size() == 4U; }));
  auto* beside = find<QComboBox>("cka_beside");
  ASSERT_EQ(beside->count(), 3);
  beside->setCurrentIndex(2);
  ASSERT_TRUE(soon([&] { return words().find("no probe picture") != std::string::npos; }));
  shoot("cka_refused");
  // On a picture that both can open they are compared.
  const auto probes = static_cast<int>(page.context().pictures().size());
  page.context().add_picture(QString::fromStdString(picture_file()));
  for (int i = 0; i < probes; ++i) page.context().remove_picture(0);
  ASSERT_TRUE(soon([&] { return caption().find("across: teacher, step 8 of other") != std::string::npos; }));
  EXPECT_EQ(words(), "");
}

TEST_F(GuiLookMeasures, OnASmallScreenToolsStandInSeveralLines) {
  constexpr int kRoom = 600;  // half of a small screen, beside the rail and a scroll bar
  for (std::size_t i = 0; i < page.views().size(); ++i) {
    page.show_view(static_cast<int>(i));
    EXPECT_LE(page.view().minimumSizeHint().width(), kRoom) << page.views()[i].name;
  }
  page.show_view(0);
  EXPECT_LE(page.minimumSizeHint().width(), kRoom);
  const int high = page.heightForWidth(1294), higher = page.heightForWidth(kRoom);
  EXPECT_GT(higher, high) << "tools stand in several lines there";
  page.resize(kRoom, higher);
  QTest::qWait(50);
  for (const char* name : {"view_attention", "view_agreement", "look_save", "look_run"}) {
    auto* tool = find<QWidget>(name);
    const QRect place(tool->mapTo(&page, QPoint(0, 0)), tool->size());
    EXPECT_TRUE(page.rect().contains(place)) << name;
  }
  shoot("small");
  for (const auto& [view, last] :
       {std::pair("view_clusters", "clusters_joint"), std::pair("view_prototypes", "prototypes_beside"),
        std::pair("view_agreement", "agreement_compute")}) {
    click(find<QToolButton>(view));
    auto* tool = find<QWidget>(last);
    EXPECT_TRUE(wait_until([&] { return tool->visibleRegion().boundingRect() == tool->rect(); }))
        << last << " is cut";
    shoot((std::string("small_") + view).c_str());
  }
}

}  // namespace
}  // namespace ibot::ui
