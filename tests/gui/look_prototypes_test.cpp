// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_measures.h"

#include <gmock/gmock.h>
#include <ui/plots/curve_plot.h>
#include <ui/views/other_network.h>
#include <ui/views/prototypes_view.h>
#include <ui/widgets/card_grid.h>

#include <QComboBox>
#include <QLabel>
#include <QRegularExpression>
#include <QToolButton>

namespace ibot::ui {
namespace {

using testing::HasSubstr;

class GuiLookPrototypes : public GuiLookMeasures {
 protected:
  GuiLookPrototypes() {
    click(find<QToolButton>("view_prototypes"));
    view_ = find<PrototypesView>("prototypes_view");
  }
  QString sentence() { return find<QLabel>("prototypes_sentence")->text(); }

  PrototypesView* view_ = nullptr;
};

TEST_F(GuiLookPrototypes, StandBesideTheirPartnersInAnotherNetwork) {
  auto* cards = find<CardGrid>("prototypes_cards");
  ASSERT_TRUE(
      soon([&] { return !cards->cards().empty() && sentence().startsWith(QLatin1String("16 of 16")); }));
  const std::size_t alone = cards->cards()[0].pictures.size();
  auto* beside = find<OtherNetwork>("prototypes_beside");
  beside->setCurrentIndex(1);
  ASSERT_TRUE(soon([&] {
    return sentence().contains(QLatin1String("by chance")) &&
           sentence().startsWith(QLatin1String("16 of 16"));
  })) << sentence().toStdString();
  EXPECT_EQ(cards->cards()[0].pictures.size(), alone) << "half of them the partner's";
  EXPECT_THAT(cards->cards()[0].number.toStdString(), HasSubstr("shared"));
  EXPECT_THAT(caption(), HasSubstr("its partner in teacher of small before its first step"));
  shoot("prototypes_paired");
  EXPECT_THAT(view_->command(), testing::Contains(QStringLiteral("--against")));
  expect_the_same_figure();
}

TEST_F(GuiLookPrototypes, DriftOverTheKeptMomentsAsCurves) {
  find<QComboBox>("prototypes_what")->setCurrentIndex(1);
  ASSERT_TRUE(soon(
      [&] { return view_->drift().moments.size() == 4U && view_->drift().seen == view_->drift().total; }));
  EXPECT_EQ(view_->drift().as_last.back(), 1);
  EXPECT_GT(view_->plot().points(), 0);
  EXPECT_THAT(sentence().toStdString(), HasSubstr("at each of 4 moments"));
  EXPECT_THAT(caption(), HasSubstr("that of the moment before"));
  EXPECT_FALSE(page.picture().isNull());
  const QJsonObject headless =
      QJsonDocument::fromJson(run(view_->command() << QStringLiteral("--json"))).object();
  const QJsonArray stays = headless.value(QLatin1String("stays")).toArray();
  ASSERT_EQ(stays.size(), 3);
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(stays[i].toDouble(), view_->drift().stays[static_cast<std::size_t>(i)], 1e-9);
  expect_the_same_figure();
  shoot("prototypes_drift");
  view_->choose(3);
  ASSERT_TRUE(soon([&] { return caption().find("prototype 3") != std::string::npos; }));
  EXPECT_EQ(view_->drift().own_share.size(), 4U);
  expect_the_same_figure();
  // Back to all of them, and to the cards.
  QTest::keyClick(&page, Qt::Key_Escape);
  ASSERT_TRUE(soon([&] { return view_->drift().own_share.empty(); }));
  find<QComboBox>("prototypes_what")->setCurrentIndex(0);
  ASSERT_TRUE(
      soon([&] { return caption().find("cards: patches with the largest logits") != std::string::npos; }));
}

}  // namespace
}  // namespace ibot::ui
