// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/map_sheet.h>
#include <ibot/figure/match_figure.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

MapSheet sheet_of(const Picture& picture) {
  MapSheet sheet;
  sheet.title = "Patches like the clicked one";
  sheet.unit = "cosine";
  sheet.tiles.push_back({.caption = "a.jpg",
                         .picture = picture.view(),
                         .rows = 2,
                         .columns = 3,
                         .mark_row = 1,
                         .mark_column = 2});
  sheet.tiles.push_back(
      {.caption = "step 4", .rows = 2, .columns = 3, .values = {0, 0.25F, 0.5F, 0.75F, 1, NAN}});
  sheet.tiles.push_back({.picture = picture.view(),
                         .rows = 2,
                         .columns = 3,
                         .values = {0, 0, 0, 1, 1, 1},
                         .inside = {0, 1, 1, 0, 0, 1}});
  return sheet;
}

std::vector<std::byte> png_of(const MapSheet& sheet) {
  return draw_map_sheet(sheet).value().to_png(1).value();
}

TEST(DrawMapSheet, IsAWholePictureInBothFormats) {
  const Picture picture(30, 20);
  const Figure figure = draw_map_sheet(sheet_of(picture)).value();
  EXPECT_EQ(png_size(figure.to_png(1).value()),
            std::pair(static_cast<unsigned>(figure.width()), static_cast<unsigned>(figure.height())));
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
}

TEST(DrawMapSheet, LeavesPlacesBlankAndExplainsColours) {
  const Picture picture(30, 20);
  MapSheet sheet = sheet_of(picture);
  const auto height = draw_map_sheet(sheet).value().height();
  sheet.tiles.push_back({.blank = true});
  EXPECT_TRUE(draw_map_sheet(sheet));
  sheet.tiles.back().blank = false;
  EXPECT_FALSE(draw_map_sheet(sheet)) << "a tile with nothing in it is a mistake";
  sheet.tiles.pop_back();
  sheet.keys = {{cluster_colour(0), "prototype 12: 5 patches"}};
  EXPECT_GT(draw_map_sheet(sheet).value().height(), height);
  sheet.keys.resize(65);
  EXPECT_FALSE(draw_map_sheet(sheet));
}

TEST(DrawMapSheet, ShowsMarkOutlineValuesAndRange) {
  const Picture picture(30, 20);
  const MapSheet sheet = sheet_of(picture);
  const auto plain = png_of(sheet);
  EXPECT_EQ(plain, png_of(sheet));
  MapSheet other = sheet;
  other.tiles[0].mark_row = 0;
  EXPECT_NE(png_of(other), plain);
  other = sheet;
  other.tiles[2].inside[0] = 1;
  EXPECT_NE(png_of(other), plain);
  other = sheet;
  other.tiles[1].values[1] = 0.75F;
  EXPECT_NE(png_of(other), plain);
  other = sheet;
  other.range = Range{0, 2};
  EXPECT_NE(png_of(other), plain);
  other = sheet;
  other.opacity = 0.5;
  EXPECT_NE(png_of(other), plain);
}

TEST(DrawMapSheet, NeedsNoMaps) {
  const Picture picture(8, 8);
  MapSheet sheet;
  sheet.tiles.push_back({.caption = "prototype 3: 12 patches", .picture = picture.view()});
  EXPECT_TRUE(draw_map_sheet(sheet));
}

TEST(DrawMapSheet, SetsGroupsOfTilesApart) {
  const Picture picture(8, 8);
  MapSheet sheet;
  sheet.columns = 6;
  for (int i = 0; i < 6; ++i) sheet.tiles.push_back({.picture = picture.view()});
  const double together = draw_map_sheet(sheet)->width();
  sheet.group = 6;
  EXPECT_EQ(draw_map_sheet(sheet)->width(), together) << "one group";
  sheet.group = 2;
  EXPECT_GT(draw_map_sheet(sheet)->width(), together);
}

TEST(DrawMapSheet, RefusesWhatDoesNotFit) {
  const Picture picture(30, 20);
  const auto refused = [&](const auto& change) {
    MapSheet sheet = sheet_of(picture);
    change(sheet);
    const auto figure = draw_map_sheet(sheet);
    return !figure && figure.error().code == base::ErrorCode::InvalidArgument;
  };
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles.clear(); }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles[1].values.pop_back(); }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles[0].picture.width = 31; }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles[0].mark_column = 3; }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles[2].inside.pop_back(); }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.tiles.emplace_back(); }));
  EXPECT_TRUE(refused([](MapSheet& s) { s.side = 5; }));
}

TEST(CompositeOfHeads, GivesEachHeadItsColour) {
  const Picture picture = composite_of_heads({{0.4F, 0, 0, 0.2F}, {0, 0.1F, 0, 0}}, 2, 2);
  EXPECT_EQ(picture.at(0, 0), cluster_colour(0));
  EXPECT_EQ(picture.at(1, 0), cluster_colour(1));
  EXPECT_EQ(picture.at(0, 1), (Colour{0, 0, 0}));
  EXPECT_NEAR(picture.at(1, 1).red, cluster_colour(0).red / 2.0, 1);
}

TEST(DrawMatches, DrawsLinesAndRefusesThoseThatLeave) {
  const Picture first(30, 20), second(16, 32);
  MatchFigure content;
  content.title = "Patches that choose each other";
  content.sides[0] = {"a.jpg", first.view(), 2, 3};
  content.sides[1] = {"b.jpg", second.view(), 4, 2};
  const auto without = draw_matches(content).value().to_png(1).value();
  content.lines = {{0, 0, 3, 1}, {1, 2, 0, 0}};
  const Figure figure = draw_matches(content).value();
  EXPECT_NE(figure.to_png(1).value(), without);
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
  content.lines.push_back({0, 3, 0, 0});
  EXPECT_EQ(draw_matches(content).error().code, base::ErrorCode::InvalidArgument);
  content.lines.clear();
  content.sides[1].rows = 0;
  EXPECT_FALSE(draw_matches(content));
}

}  // namespace
}  // namespace ibot::figure
