// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped plugins of kinds that need no LibTorch, through the same door as everybody else's.
#include <ibot/data/mask.h>
#include <ibot/params/check.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/loader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace ibot::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class Shipped : public ::testing::Test {
 protected:
  static Loader discover() {
    LoaderOptions options = LoaderOptions::from_environment();
    options.state_folder.clear();
    return Loader::discover(options);
  }

  base::Result<std::unique_ptr<data::MaskStrategy>> make(const std::string& id, params::Values values = {}) {
    IBOT_TRY(const PluginRecord* record, loader_.find(Kind::Masking, id));
    for (const params::Definition& definition : record->manifest.schema.definitions()) {
      values.emplace(definition.key, definition.default_value);
    }
    IBOT_TRY(const MaskingFactory factory, loader_.masking(id));
    return stop_exceptions("masking plugin " + id, [&] { return factory(values); });
  }

  static std::vector<std::uint8_t> mask_of(const data::MaskStrategy& strategy, int rows, int cols,
                                           std::uint64_t sample = 1, std::int64_t epoch = 0) {
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(rows * cols));
    base::RandomStream random(7, base::Purpose::Mask, static_cast<std::uint64_t>(epoch), sample);
    strategy.fill({rows, cols, epoch, sample, 0, {}}, random, mask);
    return mask;
  }

  static int count(const std::vector<std::uint8_t>& mask) {
    return std::accumulate(mask.begin(), mask.end(), 0);
  }

  Loader loader_ = discover();
};

TEST_F(Shipped, AreFoundBesideTheProgram) {
  EXPECT_THAT(loader_.usable_ids(Kind::Masking), IsSupersetOf({"block", "none", "random"}));
  EXPECT_TRUE(loader_.plugins().front().shipped);
}

TEST_F(Shipped, EveryMaskingPluginWorksFromItsDefaults) {
  for (const std::string& id : loader_.usable_ids(Kind::Masking)) {
    SCOPED_TRACE(id);
    const auto strategy = make(id);
    ASSERT_TRUE(strategy.ok()) << strategy.error().to_text();
    for (const auto& [rows, cols] : {std::pair{14, 14}, {6, 6}, {1, 1}, {2, 30}, {1, 5}}) {
      const auto mask = mask_of(**strategy, rows, cols);
      EXPECT_LE(*std::max_element(mask.begin(), mask.end()), 1);
      EXPECT_EQ(mask, mask_of(**strategy, rows, cols)) << "the same key must give the same mask";
    }
  }
}

TEST_F(Shipped, NoneMasksNothing) {
  EXPECT_EQ(count(mask_of(**make("none"), 14, 14)), 0);
}

TEST_F(Shipped, RandomMasksTheFloorOfTheShare) {
  const auto strategy = make("random", {{"ratio", std::vector{0.3}}});
  for (std::uint64_t sample = 0; sample < 20; ++sample) {
    EXPECT_EQ(count(mask_of(**strategy, 14, 14, sample)), 58) << "0.3 * 196 = 58.8";
  }
  EXPECT_EQ(count(mask_of(**make("random", {{"ratio", std::vector{1.0}}}), 3, 4)), 12);
}

TEST_F(Shipped, BlockNeverExceedsTheShare) {
  const auto strategy = make("block", {{"ratio", std::vector{0.3}}});
  for (std::uint64_t sample = 0; sample < 200; ++sample) {
    const int masked = count(mask_of(**strategy, 14, 14, sample));
    EXPECT_LE(masked, 58);
    EXPECT_GT(masked, 40);
  }
}

TEST_F(Shipped, NothingIsMaskedBeforeTheStartEpoch) {
  for (const char* id : {"block", "random"}) {
    const auto strategy = make(id, {{"start_epoch", std::int64_t{5}}});
    EXPECT_EQ(count(mask_of(**strategy, 14, 14, 1, 4)), 0);
    EXPECT_GT(count(mask_of(**strategy, 14, 14, 1, 5)), 0);
  }
}

TEST_F(Shipped, OneEntryOfTheListIsDrawnForEachCrop) {
  const auto strategy = make("random", {{"ratio", std::vector{0.0, 0.5}}, {"variance", std::vector{0.0}}});
  int whole = 0;
  for (std::uint64_t sample = 0; sample < 400; ++sample) {
    const int masked = count(mask_of(**strategy, 4, 4, sample));
    EXPECT_TRUE(masked == 0 || masked == 8) << masked;
    whole += masked == 0 ? 1 : 0;
  }
  EXPECT_NEAR(whole, 200, 50);  // five standard deviations
}

TEST_F(Shipped, OptionsThatContradictEachOtherAreSaidInWords) {
  const auto below = make("block", {{"ratio", std::vector{0.0, 0.3}}, {"variance", std::vector{0.2}}});
  EXPECT_EQ(
      below.error().to_text(),
      "masking plugin block: ratio 0 with variance 0.2 reaches from -0.2 to 0.2 (expected: a range within 0 "
      "to 1). Give each ratio a variance of its own");
  const auto lengths =
      make("random", {{"ratio", std::vector{0.1, 0.2, 0.3}}, {"variance", std::vector{0.0, 0.1}}});
  EXPECT_THAT(lengths.error().message, HasSubstr("ratio has 3 entries and variance has 2"));
  EXPECT_FALSE(make("random", {{"ratio", std::vector{0.9}}, {"variance", std::vector{0.2}}}).ok());
  const auto aspect = make("block", {{"aspect_low", 2.0}, {"aspect_high", 0.5}});
  EXPECT_THAT(aspect.error().message, HasSubstr("aspect_low is 2, above aspect_high, 0.5"));
}

}  // namespace
}  // namespace ibot::plugin
