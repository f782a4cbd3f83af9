// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/picture_wall.h>

#include <gtest/gtest.h>

namespace ibot::figure {
namespace {

// Rows of the same picture, once a column.
PictureWall wall_of(const Picture& picture, std::size_t rows, std::size_t columns) {
  PictureWall wall;
  wall.title = "What the teacher sees";
  for (std::size_t i = 0; i < columns; ++i)
    wall.columns.push_back({"step " + std::to_string(i), i == 0 ? "" : i < 3 ? "attention" : "clusters"});
  wall.rows.assign(rows, std::vector<PictureView>(columns, picture.view()));
  return wall;
}

TEST(DrawPictureWall, IsAWholePictureInBothFormats) {
  const Picture picture(6, 6);
  const Figure figure = draw_picture_wall(wall_of(picture, 3, 5)).value();
  EXPECT_EQ(png_size(figure.to_png(1).value()),
            std::pair(static_cast<unsigned>(figure.width()), static_cast<unsigned>(figure.height())));
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
}

TEST(DrawPictureWall, GrowsWithRowsAndColumns) {
  const Picture picture(6, 6);
  const Figure small = draw_picture_wall(wall_of(picture, 2, 5)).value();
  const Figure large = draw_picture_wall(wall_of(picture, 4, 8)).value();
  EXPECT_GT(large.width(), small.width());
  EXPECT_GT(large.height(), small.height());
}

TEST(DrawPictureWall, ShowsEveryPatchAsAFlatSquare) {
  Picture picture(2, 1);
  picture.set(0, 0, {255, 0, 0});
  picture.set(1, 0, {0, 0, 255});
  Picture mixed = picture;
  mixed.set(1, 0, {255, 0, 0});
  EXPECT_NE(draw_picture_wall(wall_of(picture, 1, 1))->to_png(1).value(),
            draw_picture_wall(wall_of(mixed, 1, 1))->to_png(1).value());
}

TEST(DrawPictureWall, RefusesWhatDoesNotFit) {
  const Picture picture(6, 6);
  const auto code = [](const PictureWall& wall) { return draw_picture_wall(wall).error().code; };
  EXPECT_EQ(code(wall_of(picture, 0, 2)), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(code(wall_of(picture, 2, 0)), base::ErrorCode::InvalidArgument);
  PictureWall ragged = wall_of(picture, 2, 2);
  ragged.rows[1].pop_back();
  EXPECT_EQ(code(ragged), base::ErrorCode::InvalidArgument);
  PictureWall broken = wall_of(picture, 1, 1);
  broken.rows[0][0].width = 7;
  EXPECT_EQ(code(broken), base::ErrorCode::InvalidArgument);
  PictureWall tiny = wall_of(picture, 1, 1);
  tiny.side = 3;
  EXPECT_EQ(code(tiny), base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ibot::figure
