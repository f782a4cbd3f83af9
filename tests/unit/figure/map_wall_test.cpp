// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/map_wall.h>

#include <gtest/gtest.h>

namespace ibot::figure {
namespace {

MapWall wall_of(const Picture& picture) {
  MapWall wall;
  wall.title = "Where the CLS token looks";
  wall.rows = {"first run", "second run"};
  wall.columns = {{"step 0", "a.jpg"}, {"step 400", "a.jpg"}, {"step 0", "b.jpg"}};
  wall.unit = "attention";
  wall.range = {0, 1};
  wall.difference_range = {-1, 1};
  for (int i = 0; i < 6; ++i) {
    MapWall::Cell cell;
    cell.tile.picture = picture.view();
    cell.tile.rows = 2;
    cell.tile.columns = 3;
    cell.tile.values = {0, 0.25F, 0.5F, 0.75F, 1, 0};
    wall.cells.push_back(cell);
  }
  return wall;
}

std::vector<std::byte> png_of(const MapWall& wall) {
  return draw_map_wall(wall).value().to_png(1).value();
}

TEST(DrawMapWall, IsAWholePictureInBothFormats) {
  const Picture picture(30, 20);
  const Figure figure = draw_map_wall(wall_of(picture)).value();
  EXPECT_EQ(png_size(figure.to_png(1).value()),
            std::pair(static_cast<unsigned>(figure.width()), static_cast<unsigned>(figure.height())));
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
}

TEST(DrawMapWall, DifferencesHaveColoursAndABarOfTheirOwn) {
  const Picture picture(30, 20);
  MapWall wall = wall_of(picture);
  const int plain = draw_map_wall(wall).value().width();
  for (std::size_t i = 3; i < 6; ++i) wall.cells[i].difference = true;
  EXPECT_GT(draw_map_wall(wall).value().width(), plain) << "one more bar";
  const auto both = png_of(wall);
  wall.difference_range = {-2, 2};
  EXPECT_NE(png_of(wall), both);
  wall.range = {0, 2};
  EXPECT_NE(png_of(wall), both);
}

TEST(DrawMapWall, EmptyPlacesStayEmpty) {
  const Picture picture(30, 20);
  MapWall wall = wall_of(picture);
  const auto whole = png_of(wall);
  wall.cells[4].tile = {};
  EXPECT_NE(png_of(wall), whole);
  wall.cells.assign(6, {});
  EXPECT_TRUE(draw_map_wall(wall)) << "a wall that is still empty";
}

TEST(DrawMapWall, RefusesWhatDoesNotFitInWords) {
  const Picture picture(30, 20);
  const auto refused = [&](const auto& change) {
    MapWall wall = wall_of(picture);
    change(wall);
    const auto drawn = draw_map_wall(wall);
    EXPECT_FALSE(drawn);
    return drawn ? std::string() : drawn.error().to_text();
  };
  EXPECT_NE(refused([](MapWall& w) { w.rows.clear(); }).find("1 to 64"), std::string::npos);
  EXPECT_NE(refused([](MapWall& w) { w.cells.pop_back(); }).find("2 rows of 3"), std::string::npos);
  EXPECT_NE(refused([](MapWall& w) { w.cells[1].tile.values.pop_back(); }).find("cell 2"), std::string::npos);
  EXPECT_NE(refused([](MapWall& w) { w.side = 1; }).find("32 to 512"), std::string::npos);
  EXPECT_NE(refused([](MapWall& w) { w.opacity = 2; }).find("0 to 1"), std::string::npos);
}

}  // namespace
}  // namespace ibot::figure
