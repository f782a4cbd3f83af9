// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/shell/rail.h>
#include <ui/style/theme.h>

#include <QDir>
#include <set>

namespace ibot::ui {
namespace {

constexpr std::array kThemes = {ThemeKind::Dark, ThemeKind::Light};

TEST(GuiStyle, TextCanBeReadOnEverySurface) {
  for (const ThemeKind theme : kThemes) {
    const Tokens& t = tokens(theme);
    for (const QColor& surface : {t.base, t.panel, t.raised}) {
      for (const QColor& text : {t.text, t.text2, t.accent, t.good, t.warn, t.bad}) {
        EXPECT_GE(contrast(text, surface), 4.5)
            << text.name().toStdString() << " on " << surface.name().toStdString();
      }
    }
    EXPECT_GE(contrast(t.on_accent, t.accent), 4.5);
  }
}

TEST(GuiStyle, RunsHaveTheirOwnLegibleColours) {
  for (const ThemeKind theme : kThemes) {
    std::set<QString> names;
    for (int i = 0; i < 8; ++i) {
      names.insert(run_colour(i, theme).name());
      EXPECT_GE(contrast(run_colour(i, theme), tokens(theme).base), 3.0) << i;
    }
    EXPECT_EQ(names.size(), 8U);
  }
  EXPECT_EQ(run_colour(8, ThemeKind::Dark), run_colour(0, ThemeKind::Dark));
  EXPECT_NE(run_dash(8), run_dash(0));
}

TEST(GuiStyle, ContrastIsThatOfWcag) {
  EXPECT_NEAR(contrast(Qt::black, Qt::white), 21.0, 1e-9);
  EXPECT_NEAR(contrast(QColor(0x767676), Qt::white), 4.54, 0.01);  // the textbook's grey
}

TEST(GuiStyle, SheetKnowsEveryToken) {
  for (const ThemeKind theme : kThemes) {
    const QString sheet = style_sheet(tokens(theme));
    EXPECT_FALSE(sheet.contains(QLatin1Char('@')));
    EXPECT_FALSE(sheet.contains(QStringLiteral("#000000")));  // what an unknown name would become
  }
}

TEST(GuiStyle, IconsAreThereAndTakeTheThemesColour) {
  const QStringList files = QDir(QStringLiteral(":/icons")).entryList();
  EXPECT_GT(files.size(), 20);
  for (const PageInfo& page : rail_pages()) {
    EXPECT_TRUE(files.contains(QString::fromLatin1(page.icon) + QStringLiteral(".svg"))) << page.icon;
  }
  const QImage image = pixmap(QStringLiteral("train"), Qt::red, 20, 2.0).toImage();
  EXPECT_EQ(image.width(), 40);
  bool red = false;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor colour = image.pixelColor(x, y);
      if (colour.alpha() > 250) red = red || colour == QColor(Qt::red);
    }
  }
  EXPECT_TRUE(red);
}

}  // namespace
}  // namespace ibot::ui
