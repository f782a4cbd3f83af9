// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/base/file.h>
#include <ibot/figure/canvas.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

using ::testing::HasSubstr;

Figure sample() {
  Canvas canvas(100, 60, Theme::Light);
  Picture picture(2, 2);
  picture.set(1, 1, {255, 0, 0});
  canvas.picture(picture.view(), {10, 10, 20, 20});
  canvas.text({40, 20}, "a < b & \"c\"", {kLabelSize, canvas.style().text, false, Align::Left});
  canvas.begin_clip({0, 0, 50, 50});
  canvas.line({0, 0}, {100, 60}, {canvas.style().text, 1, 0.5, {4, 2}});
  canvas.end_clip();
  return canvas.finish("a < b & c");
}

TEST(Figure, HasTheSizeOfItsCanvas) {
  const Figure figure = sample();
  EXPECT_EQ(figure.width(), 100);
  EXPECT_EQ(figure.height(), 60);
  EXPECT_EQ(png_size(figure.to_png(1).value()), std::pair(100U, 60U));
  EXPECT_EQ(png_size(figure.to_png(2).value()), std::pair(200U, 120U));
}

TEST(Figure, SvgIsWellFormedAndTitled) {
  const std::string svg = sample().to_svg().value();
  EXPECT_TRUE(well_formed(svg));
  EXPECT_THAT(svg, HasSubstr("<title>a &lt; b &amp; c</title>"));
}

TEST(Figure, EqualDrawingsAreEqualBytes) {
  const Figure first = sample();
  const Figure second = sample();
  EXPECT_EQ(first.to_svg().value(), second.to_svg().value());
  EXPECT_EQ(first.to_svg().value(), first.to_svg().value());
  EXPECT_EQ(first.to_png().value(), second.to_png().value());
}

TEST(Figure, IsSavedByItsEnding) {
  const test::TempDir dir;
  const Figure figure = sample();
  ASSERT_TRUE(figure.save(dir / "a.png", 1));
  ASSERT_TRUE(figure.save(dir / "a.svg"));
  EXPECT_EQ(base::read_file(dir / "a.png").value(), figure.to_png(1).value());
  EXPECT_EQ(base::read_text_file(dir / "a.svg").value(), figure.to_svg().value());
  EXPECT_EQ(figure.save(dir / "a.gif").error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(figure.save(dir / "missing" / "a.png").error().code, base::ErrorCode::Io);
}

TEST(Figure, RefusesImpossibleScales) {
  const Figure figure = sample();
  for (const double scale : {0.0, -1.0, 100.0, std::nan("")}) {
    EXPECT_EQ(figure.to_png(scale).error().code, base::ErrorCode::InvalidArgument) << scale;
  }
}

TEST(Canvas, SkipsWhatCannotBeDrawn) {
  const double nan = std::nan("");
  Canvas canvas(50, 50, Theme::Dark);
  canvas.fill({nan, 0, 10, 10}, {});
  canvas.fill({0, 0, -5, 1e300}, {});
  canvas.outline({0, 0, HUGE_VAL, 1}, {});
  canvas.line({nan, 0}, {1, 1}, {});
  canvas.disc({1, 1}, nan, {});
  canvas.disc({1e300, 1}, 2, {});
  canvas.picture({3, 3, {}}, {0, 0, 10, 10});
  canvas.text({nan, nan}, "text", {});
  canvas.text({1, 1}, "\xff\xfe", {});
  const std::vector<Point> points{{0, 0}, {nan, 1}, {2, 2}, {3, 1e300}, {4, 4}, {5, 5}};
  canvas.polyline(points, {});
  const Figure figure = canvas.finish("");
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
  EXPECT_TRUE(figure.to_png());
}

TEST(Canvas, DrawsPixelsWhereTheyBelong) {
  Canvas canvas(4, 4, Theme::Light);
  canvas.fill({0, 0, 2, 4}, {255, 0, 0});
  const Figure figure = canvas.finish("");
  EXPECT_NE(figure.to_png(1).value(), Canvas(4, 4, Theme::Light).finish("").to_png(1).value());
}

}  // namespace
}  // namespace ibot::figure
