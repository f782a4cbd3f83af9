// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/inspect/patch_views.h>
#include <ibot/nn/backbone.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::inspect {
namespace {

constexpr int kPatch = 4;

// Tokens are the mean colours of the patches; attention of the CLS token rises with the patch's number, and
// more so in the second head.
class ColourBackbone final : public nn::Backbone {
 public:
  std::int64_t dim() const override { return 3; }
  std::int64_t depth() const override { return 1; }
  std::int64_t heads() const override { return 2; }
  std::int64_t patch_size() const override { return kPatch; }
  nn::TokenGrid grid(std::int64_t height, std::int64_t width) const override {
    return {.prefix = 1, .grid_rows = height / kPatch, .grid_cols = width / kPatch};
  }
  void initialize(const nn::Initializer&) override {}
  at::Tensor forward(const nn::BackboneInput& input) override {
    const at::Tensor& images = input.groups.front().images;
    const nn::TokenGrid where = grid(images.size(2), images.size(3));
    const at::Tensor rows =
        nn::patch_rows(images, kPatch, {}, at::kFloat).view({images.size(0), where.patches(), 3, -1}).mean(3);
    return at::cat({at::zeros({images.size(0), 1, 3}), rows}, 1).flatten(0, 1);
  }
  at::Tensor attention_row(const nn::ImageGroup& group, const nn::Normalisation&, std::int64_t,
                           std::int64_t) override {
    const nn::TokenGrid where = grid(group.images.size(2), group.images.size(3));
    const at::Tensor rising = at::arange(where.tokens(), at::kFloat);
    return at::cat({rising.view({1, 1, -1}), 2 * rising.view({1, 1, -1})}, 1)
        .expand({group.images.size(0), 2, where.tokens()});
  }
};

// Left half one colour, right half another, with a slight fall from top to bottom.
image::Image halves(std::array<int, 3> left, std::array<int, 3> right) {
  image::Image picture(4 * kPatch, 2 * kPatch);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const auto& colour = x < 2 * kPatch ? left : right;
      for (int c = 0; c < 3; ++c)
        picture.pixel(x, y)[c] = static_cast<std::uint8_t>(colour[static_cast<std::size_t>(c)] + y / kPatch);
    }
  }
  return picture;
}

std::vector<PatchView> look(const std::vector<image::Image>& pictures, int clusters = 2) {
  ColourBackbone backbone;
  auto views = look_at_patches(backbone, nullptr, {}, pictures, {.clusters = clusters, .seed = 3});
  EXPECT_TRUE(views) << views.error().to_text();
  return views ? std::move(*views) : std::vector<PatchView>{};
}

TEST(PatchViews, TellHalvesApartAndNumberThemAlongTheFirstComponent) {
  const auto views = look({halves({200, 40, 40}, {40, 40, 200}), halves({40, 40, 200}, {40, 40, 200})});
  ASSERT_EQ(views.size(), 2U);
  const PatchView& first = views.front();
  EXPECT_EQ(first.rows, 2);
  EXPECT_EQ(first.columns, 4);
  // Three of four halves are blue, so the values lean towards red: the positive side, the higher number.
  EXPECT_THAT(first.clusters, ::testing::ElementsAre(1, 1, 0, 0, 1, 1, 0, 0));
  EXPECT_THAT(views.back().clusters, ::testing::Each(0));
  ASSERT_EQ(first.pca.size(), 8U * 3U);
  EXPECT_GT(first.pca[0], 200);           // top left
  EXPECT_LT(first.pca[3U * 3U], 128);     // top right
  EXPECT_TRUE(first.prototypes.empty());  // no head was given
}

TEST(PatchViews, KeepAttentionWithItsPeak) {
  const auto views = look({halves({200, 40, 40}, {40, 40, 200})});
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].heads, 2);
  EXPECT_THAT(views[0].attention_peak, ::testing::ElementsAre(8.0F, 16.0F));
  EXPECT_THAT(views[0].attention, ::testing::ElementsAre(32, 64, 96, 128, 159, 191, 223, 255, 32, 64, 96, 128,
                                                         159, 191, 223, 255));
}

TEST(PatchViews, AreAFunctionOfWhatTheySee) {
  const std::vector<image::Image> pictures = {halves({200, 40, 40}, {40, 40, 200}),
                                              halves({10, 90, 30}, {220, 210, 0})};
  const auto first = look(pictures, 4);
  const auto second = look(pictures, 4);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].clusters, second[i].clusters);
    EXPECT_EQ(first[i].pca, second[i].pca);
  }
}

TEST(PatchViews, ArraysSayWhatTheyAre) {
  const auto views = look({halves({200, 40, 40}, {40, 40, 200})});
  ASSERT_EQ(views.size(), 1U);
  const auto arrays = to_arrays(views[0], "teacher", 2);
  ASSERT_EQ(arrays.size(), 3U);
  for (const ProbeArray& array : arrays) {
    const auto meta = nlohmann::json::parse(array.meta_json);
    std::size_t values = 1;
    for (const auto& extent : meta.at("shape")) values *= extent.get<std::size_t>();
    EXPECT_EQ(values, array.data.size()) << array.kind;
    EXPECT_EQ(meta.at("network"), "teacher");
  }
  EXPECT_EQ(arrays[0].kind, "attention_cls");
}

TEST(PatchViews, RefuseWhatDoesNotFit) {
  ColourBackbone backbone;
  const auto error_of = [&](const std::vector<image::Image>& pictures, int clusters) {
    return look_at_patches(backbone, nullptr, {}, pictures, {.clusters = clusters, .seed = 0}).error().code;
  };
  const image::Image picture = halves({1, 2, 3}, {4, 5, 6});
  EXPECT_EQ(error_of({}, 2), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(error_of({picture, image::Image(8, 8)}, 2), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(error_of({picture}, 9), base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ibot::inspect
