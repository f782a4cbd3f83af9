// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that have to be read whole.
#include "workspace_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/style/theme.h>
#include <ui/views/configure_page.h>
#include <ui/views/plot_grid.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QPushButton>
#include <QStyleOptionButton>
#include <fstream>

namespace ibot::ui {
namespace {

TEST(GuiElidedLabel, TakesAsManyLinesAsItHas) {
  ElidedLabel label(TextStyle::Small);
  const QString words = QStringLiteral("one two three four five six seven eight nine ten");
  label.setText(words);
  const int whole = label.fontMetrics().horizontalAdvance(words);
  label.resize(whole * 2 / 3, 40);
  EXPECT_TRUE(label.shown().endsWith(QChar(0x2026)));
  const int line = label.fontMetrics().lineSpacing();
  label.set_lines(2);
  EXPECT_EQ(label.height(), 2 * line);
  const QStringList shown = label.shown().split(QLatin1Char('\n'));
  ASSERT_EQ(shown.size(), 2);
  EXPECT_EQ(shown.join(QLatin1Char(' ')), words);
  for (const QString& each : shown) EXPECT_LE(label.fontMetrics().horizontalAdvance(each), label.width());
  // What two lines do not hold ends in an ellipsis; what one holds stays one.
  label.resize(whole / 3, label.height());
  EXPECT_EQ(label.shown().count(QLatin1Char('\n')), 1);
  EXPECT_TRUE(label.shown().endsWith(QChar(0x2026)));
  label.resize(whole + 1, label.height());
  EXPECT_EQ(label.shown(), words);
}

TEST(GuiElidedLabel, AWordThatIsWiderThanALineIsBroken) {
  ElidedLabel label(TextStyle::Small);
  label.setText(QString(300, QLatin1Char('x')));
  label.set_lines(2);
  label.resize(60, label.height());
  EXPECT_EQ(label.shown().count(QLatin1Char('\n')), 1);
  label.resize(0, label.height());
  EXPECT_LE(label.shown().count(QLatin1Char('\n')), 1);
}

TEST(GuiCutText, NamesOfParametersAreWhole) {
  const test::TempDir dir;
  std::ofstream(dir / "recipe.yaml")
      << "name: small\nlosses:\n  - plugin: ibot_cls\n  - plugin: ibot_patch\n";
  ConfigurePage page;
  page.open_recipe(QString::fromStdString((dir / "recipe.yaml").string()));
  page.resize(1200, 800);
  page.show();
  ASSERT_NE(page.form().row("losses.ibot_cls.warmup_teacher_temp_epochs"), nullptr);
  int seen = 0;
  for (const FieldRow* row : page.form().findChildren<FieldRow*>()) {
    const auto* name = row->findChild<ElidedLabel*>();
    ASSERT_NE(name, nullptr);
    EXPECT_EQ(name->shown(), name->text());
    EXPECT_THAT(name->toolTip().toStdString(), testing::HasSubstr(name->text().toStdString()));
    ++seen;
  }
  EXPECT_GT(seen, 20);
}

// As wide as the columns are while the inspector stands beside them.
TEST(GuiCutText, TheFormulaOfTheAverageIsWhole) {
  Record record;
  PlotGrid grid(record);
  grid.resize(760, 500);
  grid.show();
  auto* caption = grid.findChild<ElidedLabel*>("plot_caption");
  ASSERT_TRUE(caption->text().startsWith(QStringLiteral("Bold: moving average")))
      << caption->text().toStdString();
  QApplication::processEvents();
  EXPECT_FALSE(caption->shown().endsWith(QChar(0x2026))) << caption->shown().toStdString();
}

// The frame of the focus takes no room from the words.
TEST(GuiCutText, ALinkIsWholeWhenItHasTheFocus) {
  QWidget window;
  QPushButton* link = make_button(QStringLiteral("ws1_moved"), "link", &window);
  window.show();
  link->resize(link->sizeHint());
  for (const bool focus : {false, true}) {
    QStyleOptionButton option;
    option.initFrom(link);
    option.state.setFlag(QStyle::State_HasFocus, focus);
    option.text = link->text();
    const QRect inside = link->style()->subElementRect(QStyle::SE_PushButtonContents, &option, link);
    EXPECT_GE(inside.width(), link->fontMetrics().horizontalAdvance(link->text())) << focus;
  }
}

}  // namespace
}  // namespace ibot::ui
