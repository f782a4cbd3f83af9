// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_fixture.h"

#include <ibot/inspect/laboratory.h>

#include <cmath>

namespace ibot::inspect {
namespace {

class CorrespondenceTest : public ViewsTest {
 protected:
  void SetUp() override {
    ViewsTest::SetUp();
    write_picture("square.png", {220, 40, 40}, {40, 60, 200}, 1, 96);
  }
  std::string recipe(const std::string& crops) {
    const std::string text = "crops: {" + crops + ", local: {size: 16}}\n" +
                             "backbone: {plugin: vit, dim: 128, depth: 3, heads: 2, patch: 8}\n";
    std::ofstream(folder_ / "recipe.yaml") << text;
    return text;
  }
  // Two views of the square picture, as the recipe draws them.
  protocol::CorrespondenceRequest two_views(std::int64_t draw) const {
    protocol::CorrespondenceRequest request;
    request.network = weights();
    request.network.recipe = (folder_ / "recipe.yaml").string();
    request.first.file = (folder_ / "square.png").string();
    request.draw = draw;
    request.most = 1000;
    return request;
  }
};

// Crops of everything in its own colours.
constexpr const char* kWhole =
    "global: {size: 48, scale: [1, 1], blur: 0, blur_first: 0, solarise: 0}, aspect: [1, 1], grey: 0, "
    "jitter: {probability: 0}, flip: ";

TEST_F(CorrespondenceTest, CorrespondenceOfAPictureWithItselfIsTheIdentity) {
  protocol::CorrespondenceRequest request;
  request.network = weights();
  request.first = request.second = picture();
  request.most = 1000;
  const auto reply = views_.correspondence(request);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->mutual, 72);
  for (const auto& line : reply->lines) EXPECT_EQ(line.first, line.second);
  request.foreground = true;
  const auto fewer = views_.correspondence(request);
  ASSERT_TRUE(fewer);
  EXPECT_LT(fewer->mutual, 72);
  EXPECT_GT(fewer->mutual, 0);
}

TEST_F(CorrespondenceTest, OfTwoViewsThatAreTheSameIsRightEverywhere) {
  recipe(std::string(kWhole) + "0");
  const auto reply = views_.correspondence(two_views(0));
  ASSERT_TRUE(reply) << reply.error().to_text();
  ASSERT_TRUE(reply->views);
  EXPECT_EQ(reply->mutual, 36);
  EXPECT_EQ(reply->views->shared, 36);
  EXPECT_EQ(reply->views->right, 36);
  for (const auto& line : reply->lines) EXPECT_EQ(line.off, 0);
  // Of 36 patches five are near one in the middle, four near one at an edge, three near one in a corner.
  EXPECT_NEAR(reply->views->chance, (16 * 5 + 16 * 4 + 4 * 3) / (36.0 * 36.0), 1e-12);
}

TEST_F(CorrespondenceTest, KnowsWhereAPatchLiesInAMirroredView) {
  recipe(std::string(kWhole) + "0.5");
  int mirrored = 0, alike = 0;
  for (std::int64_t draw = 0; draw < 12; ++draw) {
    const auto reply = views_.correspondence(two_views(draw));
    ASSERT_TRUE(reply) << reply.error().to_text();
    const bool other = reply->views->crops[0].flip != reply->views->crops[1].flip;
    ++(other ? mirrored : alike);
    for (const auto& line : reply->lines) {
      const int column = other ? 5 - line.first.column : line.first.column;
      EXPECT_NEAR(line.off, std::hypot(line.second.row - line.first.row, line.second.column - column), 1e-9);
    }
  }
  EXPECT_GT(mirrored, 0);
  EXPECT_GT(alike, 0);
}

TEST_F(CorrespondenceTest, TwoViewsAreTheCropsOfTheLaboratory) {
  const std::string text = recipe("global: {size: 48, scale: [0.2, 0.5]}");
  Laboratory laboratory(loader_);
  protocol::LaboratoryRequest draw;
  draw.recipe.text = text;
  draw.picture = (folder_ / "square.png").string();
  std::int64_t outside = 0;
  for (draw.epoch = 0; draw.epoch < 6; ++draw.epoch) {
    const auto drawn = laboratory.draw(draw);
    ASSERT_TRUE(drawn) << drawn.error().to_text();
    auto request = two_views(draw.epoch);
    request.pixels = true;
    const auto reply = views_.correspondence(request);
    ASSERT_TRUE(reply) << reply.error().to_text();
    std::int64_t shared = 0, right = 0;
    for (const auto& line : reply->lines) {
      if (line.off >= 0) ++shared;
      if (line.off >= 0 && line.off <= 1) ++right;
      if (line.off < 0) ++outside;
    }
    EXPECT_EQ(reply->views->shared, shared);
    EXPECT_EQ(reply->views->right, right);
    EXPECT_EQ(reply->views->draw, draw.epoch);
    constexpr std::size_t kPlane = 48 * 48;
    for (std::size_t view = 0; view < 2; ++view) {
      EXPECT_EQ(reply->views->crops[view], drawn->global.recipes[view]);
      std::vector<std::uint8_t> planes(3 * kPlane);
      for (std::size_t at = 0; at < 3 * kPlane; ++at)
        planes[at % 3 * kPlane + at / 3] = reply->pictures[view].pixels[at];
      const auto from = drawn->global.pixels.begin() + static_cast<std::ptrdiff_t>(view * 3 * kPlane);
      EXPECT_TRUE(std::equal(planes.begin(), planes.end(), from));
    }
  }
  EXPECT_GT(outside, 0) << "views that hardly meet have patches of their own";
}

TEST_F(CorrespondenceTest, TwoViewsTooSmallForAPatchAreRefused) {
  recipe("global: {size: 48}");
  auto request = two_views(0);
  request.first.size = 4;
  const auto refused = views_.correspondence(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ibot::inspect
