// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/figure/contact_sheet.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>

namespace ibot::figure {
namespace {

using ::testing::HasSubstr;

SheetTile tile_of(const Picture& picture, std::vector<int> labels) {
  SheetTile tile;
  tile.caption = "a picture";
  tile.picture = picture.view();
  tile.rows = 2;
  tile.columns = static_cast<int>(labels.size()) / 2;
  tile.labels = std::move(labels);
  return tile;
}

TEST(DrawContactSheet, DrawsPicturesOfAnyShapeWithLabelsAndLegend) {
  const Picture square(16, 16), wide(40, 3), high(1, 50);
  ContactSheet content;
  content.title = "Clusters";
  content.tiles = {tile_of(square, {0, 1, 1, -1}), tile_of(wide, {0, 1, 2, 3, 4, 5}),
                   tile_of(high, {INT_MAX, 0, 31, 32})};
  content.legend = {{0, "cluster 0"}, {INT_MAX, "a far one"}, {-1, "none"}};
  const auto figure = draw_contact_sheet(content);
  ASSERT_TRUE(figure) << figure.error().to_text();
  EXPECT_TRUE(well_formed(figure->to_svg().value()));
}

TEST(DrawContactSheet, LabelsChangeThePicture) {
  const Picture picture(16, 16);
  ContactSheet content;
  content.tiles = {tile_of(picture, {0, 0, 0, 0})};
  const auto labelled = draw_contact_sheet(content)->to_png(1).value();
  content.tiles = {tile_of(picture, {1, 1, 1, 1})};
  EXPECT_NE(draw_contact_sheet(content)->to_png(1).value(), labelled);
  content.tiles = {tile_of(picture, {0, 0, 0, 0})};
  EXPECT_EQ(draw_contact_sheet(content)->to_png(1).value(), labelled);
}

TEST(DrawContactSheet, FillsRowsEvenly) {
  const Picture picture(16, 16);
  ContactSheet content;
  content.pictures_beside = false;
  const auto width_of = [&](std::size_t tiles) {
    content.tiles.assign(tiles, tile_of(picture, {0, 1, 1, 0}));
    return draw_contact_sheet(content)->width();
  };
  EXPECT_EQ(width_of(8), width_of(4));  // two rows of four, not five and three
  EXPECT_GT(width_of(5), width_of(4));
}

TEST(DrawContactSheet, CountsALongLegend) {
  const Picture picture(16, 16);
  ContactSheet content;
  content.tiles = {tile_of(picture, {0, 1, 2, 3})};
  for (int i = 0; i < 8192; ++i) content.legend.push_back({i, "prototype " + std::to_string(i)});
  EXPECT_LT(draw_contact_sheet(content)->height(), 1500);
}

TEST(DrawContactSheet, RefusesWhatDoesNotFit) {
  const Picture picture(16, 16);
  const auto message = [](const ContactSheet& content) {
    return draw_contact_sheet(content).error().message;
  };
  ContactSheet content;
  EXPECT_THAT(message(content), HasSubstr("0 tiles"));
  content.tiles.assign(401, tile_of(picture, {0, 1}));
  EXPECT_THAT(message(content), HasSubstr("401 tiles"));
  content.tiles = {tile_of(picture, {0, 1, 2, 3})};
  content.tiles[0].labels.pop_back();
  EXPECT_THAT(message(content), HasSubstr("tile 1 has 3 labels for a grid of 2 x 2"));
  content.tiles = {tile_of(picture, {0, 1})};
  content.tiles[0].picture.height = 7;
  EXPECT_THAT(message(content), HasSubstr("16 x 7 with 768 bytes"));
  content.tiles = {tile_of(picture, {0, 1})};
  content.tile_side = 1e9;
  EXPECT_THAT(message(content), HasSubstr("tiles of 1e+09 units"));
  content.tile_side = 1024;
  content.columns = 1;
  content.tiles.assign(100, tile_of(picture, {0, 1}));
  EXPECT_THAT(message(content), HasSubstr("100 rows"));
}

}  // namespace
}  // namespace ibot::figure
