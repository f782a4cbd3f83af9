// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/mask.h>
#include <ibot/plugin/registry.h>

#include <gtest/gtest.h>

// A stand-in: this program links no engine.
class ibot::train::LossTerm {};

namespace ibot::plugin {
namespace {

MaskingFactory some_factory() {
  return [](const params::Values&) { return std::unique_ptr<data::MaskStrategy>(); };
}

Offer masking_offer(const std::string& id) {
  RegisterContext context;
  context.add_masking(id, some_factory());
  return context.offers().front();
}

TEST(Registry, GivesWhatWasAdded) {
  Registry registry;
  ASSERT_TRUE(registry.add(masking_offer("block")).ok());
  EXPECT_TRUE(registry.masking("block").ok());
  EXPECT_TRUE(registry.contains(Kind::Masking, "block"));
  EXPECT_FALSE(registry.contains(Kind::Loss, "block"));
}

TEST(Registry, RefusesASecondOfTheSameName) {
  Registry registry;
  ASSERT_TRUE(registry.add(masking_offer("block")).ok());
  const auto second = registry.add(masking_offer("block"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::ErrorCode::AlreadyExists);
  EXPECT_EQ(second.error().message, "a masking plugin \"block\" is registered already");
}

TEST(Registry, LetsKindsShareAnId) {
  Registry registry;
  RegisterContext context;
  context.add_masking("even", some_factory());
  context.add_loss(
      "even", [](const params::Values&, const LossRequest&) { return std::make_unique<train::LossTerm>(); });
  for (const Offer& offer : context.offers()) EXPECT_TRUE(registry.add(offer).ok());
  EXPECT_EQ(registry.ids(Kind::Loss), std::vector<std::string>{"even"});
}

TEST(Registry, AnUnknownNameBringsTheNearestAndAll) {
  Registry registry;
  for (const char* id : {"none", "random", "block"}) ASSERT_TRUE(registry.add(masking_offer(id)).ok());
  const auto found = registry.masking("blocks");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(found.error().message, "there is no masking plugin \"blocks\"");
  EXPECT_EQ(found.error().expected, "block, none or random");
  EXPECT_EQ(found.error().hint, "Did you mean \"block\"?");
}

TEST(Registry, RefusesWhatCannotBeCalledOrNamed) {
  Registry registry;
  EXPECT_FALSE(registry.add(masking_offer("No Id")).ok());
  Offer empty = masking_offer("block");
  empty.factory = MaskingFactory();
  EXPECT_FALSE(registry.add(empty).ok());
  EXPECT_FALSE(registry.add(Offer{"block", {}}).ok());
  EXPECT_TRUE(registry.ids(Kind::Masking).empty());
}

}  // namespace
}  // namespace ibot::plugin
