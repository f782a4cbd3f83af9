// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/figure/matrix_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

MatrixFigure of_size(std::size_t rows, std::size_t columns) {
  MatrixFigure content;
  content.title = "Likeness of layers";
  content.down = "layers of a";
  content.across = "layers of b";
  for (std::size_t i = 0; i < rows; ++i) content.rows.push_back(std::to_string(i + 1));
  for (std::size_t i = 0; i < columns; ++i) content.columns.push_back(std::to_string(i + 1));
  content.values.assign(rows * columns, 0.5F);
  content.unit = "CKA";
  return content;
}

std::string svg_of(const MatrixFigure& content) {
  std::string svg = draw_matrix(content).value().to_svg().value();
  EXPECT_TRUE(well_formed(svg));
  return svg;
}

TEST(MatrixFigure, WritesNamesAndNumbersWhereThereIsRoom) {
  const std::string plain = svg_of(of_size(3, 4));
  MatrixFigure other = of_size(3, 4);
  other.values[5] = 0.514F;
  EXPECT_NE(svg_of(other), plain) << "the number, though its colour is nearly the same";
  other = of_size(3, 4);
  other.rows[1] = "two";
  EXPECT_NE(svg_of(other), plain);
  other = of_size(3, 4);
  other.across.clear();
  EXPECT_NE(svg_of(other), plain);
  // Small squares have no numbers: the file does not grow with them.
  EXPECT_LT(svg_of(of_size(64, 64)).size(), svg_of(of_size(12, 12)).size());
}

TEST(MatrixFigure, SurvivesNonsense) {
  MatrixFigure content = of_size(2, 3);
  content.values = {NAN, INFINITY, -1e30F, 0, 1, 2};
  content.rows[0] = std::string(4000, 'x');
  content.range = {0, 0};
  svg_of(content);
  svg_of(of_size(1, 1024));
}

TEST(MatrixFigure, RefusesInWords) {
  EXPECT_THAT(draw_matrix({}).error().to_text(), testing::HasSubstr("0 x 0"));
  MatrixFigure content = of_size(2, 2);
  content.values.pop_back();
  EXPECT_THAT(draw_matrix(content).error().to_text(), testing::HasSubstr("3 values"));
  content = of_size(2, 2);
  content.side = 1;
  EXPECT_THAT(draw_matrix(content).error().to_text(), testing::HasSubstr("a side of 1"));
}

}  // namespace
}  // namespace ibot::figure
