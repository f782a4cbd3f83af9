// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/crop_sheet.h>

#include <gtest/gtest.h>

namespace ibot::figure {
namespace {

CropSheet sheet_of(std::size_t large, std::size_t small) {
  CropSheet sheet;
  sheet.title = "What training draws";
  for (std::size_t i = 0; i < large; ++i)
    sheet.tiles.push_back({"global", Picture(8, 8), 2, 2, {0, 1, 1, 0}, false});
  for (std::size_t i = 0; i < small; ++i) sheet.tiles.push_back({"local", Picture(4, 4), 0, 0, {}, true});
  return sheet;
}

TEST(DrawCropSheet, IsAWholePictureInBothFormats) {
  const Figure figure = draw_crop_sheet(sheet_of(2, 6)).value();
  EXPECT_EQ(png_size(figure.to_png(1).value()),
            std::pair(static_cast<unsigned>(figure.width()), static_cast<unsigned>(figure.height())));
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
}

TEST(DrawCropSheet, GrowsByLines) {
  EXPECT_EQ(draw_crop_sheet(sheet_of(1, 0))->height(), draw_crop_sheet(sheet_of(3, 0))->height());
  EXPECT_LT(draw_crop_sheet(sheet_of(2, 0))->height(), draw_crop_sheet(sheet_of(2, 2))->height());
  EXPECT_LT(draw_crop_sheet(sheet_of(2, 2))->height(), draw_crop_sheet(sheet_of(9, 2))->height());
}

TEST(DrawCropSheet, BeginsALineWhereItIsTold) {
  CropSheet sheet = sheet_of(4, 0);
  const int one = draw_crop_sheet(sheet).value().height();
  sheet.tiles[2].begins_line = true;
  const int two = draw_crop_sheet(sheet).value().height();
  EXPECT_GT(two, one);
  sheet.tiles[0].begins_line = true;
  EXPECT_EQ(draw_crop_sheet(sheet).value().height(), two) << "the first one stands at the beginning anyway";
}

TEST(DrawCropSheet, ShowsWhichCellsAreMasked) {
  CropSheet other = sheet_of(1, 0);
  other.tiles[0].masked = {1, 0, 0, 1};
  EXPECT_NE(draw_crop_sheet(sheet_of(1, 0))->to_png(1).value(), draw_crop_sheet(other)->to_png(1).value());
}

TEST(DrawCropSheet, RefusesWhatDoesNotFit) {
  const auto code = [](const CropSheet& sheet) { return draw_crop_sheet(sheet).error().code; };
  EXPECT_EQ(code(sheet_of(0, 0)), base::ErrorCode::InvalidArgument);
  CropSheet broken = sheet_of(1, 1);
  broken.tiles[0].masked.pop_back();
  EXPECT_EQ(code(broken), base::ErrorCode::InvalidArgument);
  broken = sheet_of(1, 1);
  broken.tiles[1].picture.width = 9;
  EXPECT_EQ(code(broken), base::ErrorCode::InvalidArgument);
  broken = sheet_of(1, 1);
  broken.side = 5;
  EXPECT_EQ(code(broken), base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ibot::figure
