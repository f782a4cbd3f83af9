// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/colour.h>
#include <ibot/figure/probe_map.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ibot::figure {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

TEST(DrawProbe, AttentionIsTheMeanOfTheHeadsInTheirUnits) {
  // Head 0 looks at the left patch with 0.2, head 1 at the right one with 0.6: the right one is the largest.
  const Picture picture =
      draw_probe("attention_cls", R"({"shape": [2, 1, 2], "type": "uint8", "peak": [0.2, 0.6]})",
                 bytes({255, 0, 0, 255}))
          .value();
  EXPECT_EQ(picture.width, 2);
  EXPECT_EQ(picture.height, 1);
  EXPECT_EQ(picture.at(1, 0), map_colour(ColourMap::Inferno, 1));
  EXPECT_EQ(picture.at(0, 0), map_colour(ColourMap::Inferno, 1.0 / 3));
}

TEST(DrawProbe, ComponentsAreColoursAndNumbersHaveTheirs) {
  const Picture pca =
      draw_probe("pca", R"({"shape": [1, 2, 3], "type": "uint8"})", bytes({1, 2, 3, 4, 5, 6})).value();
  EXPECT_EQ(pca.at(1, 0), (Colour{4, 5, 6}));
  const Picture clusters =
      draw_probe("clusters", R"({"shape": [2, 1], "type": "uint8"})", bytes({0, 3})).value();
  EXPECT_EQ(clusters.at(0, 1), cluster_colour(3));
  const Picture prototypes =
      draw_probe("prototypes", R"({"shape": [1, 1], "type": "int32"})", bytes({2, 1, 0, 0})).value();
  EXPECT_EQ(prototypes.at(0, 0), cluster_colour(258));
}

TEST(DrawProbe, RefusesWhatIsNotWhatItSays) {
  const auto four = bytes({1, 2, 3, 4});
  for (const char* meta :
       {"", "[]", "{}", R"({"shape": [2, 2], "type": "int32"})", R"({"shape": [2], "type": "uint8"})",
        R"({"shape": [2, 3], "type": "uint8"})", R"({"shape": [-2, -2], "type": "uint8"})",
        R"({"shape": [0, 4], "type": "uint8"})", R"({"shape": [4294967296, 4294967297], "type": "uint8"})"}) {
    EXPECT_EQ(draw_probe("clusters", meta, four).error().code, base::ErrorCode::Corrupt) << meta;
  }
  // Attention needs a peak for each head.
  EXPECT_EQ(
      draw_probe("attention_cls", R"({"shape": [1, 2, 2], "type": "uint8", "peak": []})", four).error().code,
      base::ErrorCode::Corrupt);
  EXPECT_EQ(draw_probe("dreams", "{}", four).error().code, base::ErrorCode::Unsupported);
}

}  // namespace
}  // namespace ibot::figure
