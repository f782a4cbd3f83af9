// SPDX-License-Identifier: GPL-3.0-or-later
#include "png_size.h"
#include "well_formed.h"

#include <ibot/figure/attention_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::figure {
namespace {

using ::testing::HasSubstr;

// A grey picture with `heads` maps of 4 x 4 patches. The picture must outlive the content.
AttentionFigure content_for(const Picture& picture, std::size_t heads) {
  AttentionFigure content;
  content.title = "Attention of the CLS token";
  content.subtitle = "layer 2 of 2";
  content.picture = picture.view();
  content.rows = content.columns = 4;
  content.heads.assign(heads, std::vector<float>(16, 0.0625F));
  for (std::size_t h = 0; h < heads; ++h) content.heads[h][h % 16] = 0.5F;
  return content;
}

TEST(DrawAttention, ArrangesAnyNumberOfHeads) {
  const Picture picture(32, 32);
  for (const std::size_t heads : {1, 2, 3, 5, 12, 16, 64}) {
    const auto figure = draw_attention(content_for(picture, heads));
    ASSERT_TRUE(figure) << heads << ": " << figure.error().to_text();
    EXPECT_LT(figure->width(), 1600) << heads;
    EXPECT_GT(figure->width(), figure->height()) << heads;
  }
}

TEST(DrawAttention, IsAWholePictureInBothFormats) {
  const Picture picture(32, 32);
  const Figure figure = draw_attention(content_for(picture, 3)).value();
  EXPECT_EQ(png_size(figure.to_png(1).value()),
            std::pair(static_cast<unsigned>(figure.width()), static_cast<unsigned>(figure.height())));
  EXPECT_TRUE(well_formed(figure.to_svg().value()));
  EXPECT_EQ(figure.to_svg().value(), draw_attention(content_for(picture, 3))->to_svg().value());
}

TEST(DrawAttention, ThemesRangesAndSamplingsDiffer) {
  const Picture picture(32, 32);
  AttentionFigure content = content_for(picture, 2);
  content.heads[1].assign(16, 0.01F);
  content.heads[1][3] = 0.02F;
  const auto png = [&content] { return draw_attention(content)->to_png(0.5).value(); };
  const auto plain = png();
  content.theme = Theme::Dark;
  const auto dark = png();
  content.upsampling = Upsampling::Smooth;
  const auto smooth = png();
  content.range = ColourRange::PerMap;
  const auto per_map = png();
  EXPECT_NE(plain, dark);
  EXPECT_NE(dark, smooth);
  EXPECT_NE(smooth, per_map);
}

TEST(DrawAttention, TakesSillyValues) {
  const Picture picture(500, 2);
  for (const ColourRange range : {ColourRange::Shared, ColourRange::PerMap}) {
    for (const float value : {NAN, HUGE_VALF, 0.0F, -1.0F, 3e38F}) {
      AttentionFigure content = content_for(picture, 2);
      content.range = range;
      content.caption = {std::string(50'000, 'w'), "\xff\xff", std::string(3000, '\n')};
      for (auto& head : content.heads) head.assign(16, value);
      const auto figure = draw_attention(content);
      ASSERT_TRUE(figure) << figure.error().to_text();
      EXPECT_LT(figure->height(), 900);
      EXPECT_TRUE(figure->to_png(0.5));
    }
  }
}

TEST(DrawAttention, RefusesWhatDoesNotFit) {
  const Picture picture(8, 8);
  AttentionFigure content = content_for(picture, 2);
  content.heads[1].pop_back();
  EXPECT_THAT(draw_attention(content).error().message, HasSubstr("head 2 has 15 values for a grid of 4 x 4"));
  content.heads.clear();
  EXPECT_THAT(draw_attention(content).error().message, HasSubstr("0 heads"));
  content = content_for(picture, 65);
  EXPECT_THAT(draw_attention(content).error().message, HasSubstr("65 heads"));
  content = content_for(picture, 1);
  content.picture.width = 9;
  EXPECT_THAT(draw_attention(content).error().message, HasSubstr("a picture of 9 x 8 with 192 bytes"));
}

}  // namespace
}  // namespace ibot::figure
