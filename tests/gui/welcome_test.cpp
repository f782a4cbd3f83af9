// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/image/encode.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/shell/main_window.h>
#include <ui/views/recent_card.h>
#include <ui/views/welcome_page.h>
#include <ui/widgets/setting.h>

#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

class GuiWelcome : public testing::Test {
 protected:
  GuiWelcome() { page.resize(1200, 700); }
  RecentCard* card(int index) { return page.findChildren<RecentCard*>().value(index); }
  std::string sentence(int index) {
    return card(index)->findChild<QLabel*>("recent_sentence")->text().toStdString();
  }

  WorkspaceFixture f;
  WelcomePage page;
};

TEST_F(GuiWelcome, TellsTheLastResultOfAWorkspaceAndShowsItsPictures) {
  f.create("r1", "demo", 1000);
  f.store
      .add_evaluations("r1",
                       std::vector<record::Evaluation>{{100, "knn", "teacher", "top1", 31.25, "{}", 1},
                                                       {1000, "knn", "teacher", "top1", 51.2, "{}", 2},
                                                       {1000, "knn", "teacher", "top5", 88.0, "{}", 2},
                                                       {1000, "knn", "raw_pixels", "top1", 26.0, "{}", 3}})
      .value();
  for (int i = 0; i < 5; ++i) {
    image::Image picture(20, 30);
    f.store.add_probe("r1", {std::to_string(i), i, "here", image::encode_png(picture)}).value();
  }
  page.set_recent({f.folder()});
  page.show();
  ASSERT_TRUE(wait_until([&] { return sentence(0) == "demo: k-NN 51.2 % at step 1,000."; })) << sentence(0);
  bool any = false;
  for (const QLabel* label : card(0)->findChildren<QLabel*>()) any = any || !label->pixmap().isNull();
  EXPECT_TRUE(any);
  QString opened;
  QObject::connect(&page, &WelcomePage::recent_wanted, [&](const QString& folder) { opened = folder; });
  QTest::mouseClick(card(0)->findChild<QPushButton*>("recent_open"), Qt::LeftButton);
  EXPECT_EQ(opened, f.folder());
}

TEST_F(GuiWelcome, SaysWhenAWorkspaceIsEmpty) {
  page.set_recent({f.folder()});
  page.show();
  EXPECT_TRUE(wait_until([&] { return sentence(0) == "No runs yet."; }));
}

TEST(GuiWelcomeInTheWindow, AWorkspaceThatIsGoneCanBeRemoved) {
  write_setting("recent_workspaces", QStringList{QStringLiteral("/nowhere/at/all")});
  MainWindow window;
  window.show();
  auto* card = window.findChild<RecentCard*>();
  ASSERT_NE(card, nullptr);
  auto* sentence = card->findChild<QLabel*>("recent_sentence");
  ASSERT_TRUE(wait_until([&] { return sentence->text().startsWith("It is gone"); }));
  EXPECT_FALSE(card->findChild<QPushButton*>("recent_open")->isEnabled());
  EXPECT_FALSE(card->findChild<QPushButton*>("recent_open")->toolTip().isEmpty());
  QTest::mouseClick(card->findChild<QToolButton*>("recent_remove"), Qt::LeftButton);
  EXPECT_TRUE(read_setting("recent_workspaces").toStringList().isEmpty());
  EXPECT_TRUE(wait_until([&] { return window.findChild<RecentCard*>() == nullptr; }));
}

}  // namespace
}  // namespace ibot::ui
