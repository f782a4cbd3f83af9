// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_fixture.h"

#include <gmock/gmock.h>

namespace ibot::inspect {
namespace {

using testing::HasSubstr;

TEST_F(ViewsTest, AWallHoldsTheMapsOfItsCells) {
  const std::vector<PictureChoice> pictures = {picture(), picture("green.png")};
  protocol::WallRequest request{.networks = {weights(), weights("b.safetensors")}, .pictures = pictures};
  request.layer = 2;
  request.head = 2;
  const auto reply = views_.wall(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  ASSERT_EQ(reply->maps.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto alone = views_.attention({request.networks[i / 2], pictures[i % 2], 2, {{}}, false});
    ASSERT_TRUE(alone);
    EXPECT_EQ(reply->cell(i / 2, i % 2), alone->map(0, 1)) << i;
  }
  request.head = 0;
  const auto mean = views_.wall(request, job_);
  ASSERT_TRUE(mean);
  const auto heads = views_.attention({weights(), picture(), 2, {{}}, false});
  EXPECT_NEAR(mean->maps[0][7], (heads->map(0, 0)[7] + heads->map(0, 1)[7]) / 2, 1e-7);
  request.head = 3;
  EXPECT_THAT(views_.wall(request, job_).error().to_text(), HasSubstr("1 to 2"));

  request.head = 0;
  request.map = protocol::WallRequest::Map::Similarity;
  request.patch = {2, 2};
  request.clicked = 1;
  const auto similar = views_.wall(request, job_);
  ASSERT_TRUE(similar) << similar.error().to_text();
  protocol::SimilarityRequest alone{
      request.networks, {pictures[1], pictures[0]}, {2, 2}, {2, false}, 0, false};
  const auto maps = views_.similarity(alone, job_);
  ASSERT_TRUE(maps);
  EXPECT_EQ(similar->cell(1, 1), maps->map(1, 0));
  EXPECT_EQ(similar->cell(1, 0), maps->map(1, 1));
  EXPECT_NEAR(similar->cell(0, 1)[2 * 12 + 2], 1, 1e-5);

  request.networks.push_back(weights("coarse.safetensors"));
  const auto refused = views_.wall(request, job_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Incompatible);
  request.networks.assign(64, weights());
  request.pictures.assign(64, picture());
  EXPECT_THAT(views_.wall(request, job_).error().to_text(), HasSubstr("400 cells"));
}

TEST_F(ViewsTest, AWallGoesOnWithoutAPictureThatCannotBeRead) {
  std::ofstream(folder_ / "broken.png") << "no picture";
  protocol::WallRequest request{.networks = {weights(), weights("b.safetensors")},
                                .pictures = {picture("broken.png"), picture(), picture("green.png")},
                                .leave_out = true};
  const auto reply = views_.wall(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->pictures.size(), 2U);
  EXPECT_EQ(reply->maps.size(), 4U);
  ASSERT_EQ(reply->left_out.size(), 1U);
  EXPECT_EQ(reply->left_out[0].name, "broken.png");
  // The clicked picture keeps its name when one before it is missing; without it there is no answer.
  request.map = protocol::WallRequest::Map::Similarity;
  request.patch = {0, 0};
  request.clicked = 2;
  const auto similar = views_.wall(request, job_);
  ASSERT_TRUE(similar) << similar.error().to_text();
  EXPECT_EQ(similar->clicked, 1);
  EXPECT_NEAR(similar->cell(0, 1)[0], 1, 1e-5);
  request.clicked = 0;
  EXPECT_THAT(views_.wall(request, job_).error().to_text(), HasSubstr("clicked picture"));
  request.leave_out = false;
  EXPECT_THAT(views_.wall(request, job_).error().to_text(), HasSubstr("broken.png"));
}

}  // namespace
}  // namespace ibot::inspect
