// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <ibot/plan/diff.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::plan {
namespace {

using test::plan_of;

TEST(Diff, ListsOnlyWhatDiffersWithBothOrigins) {
  const Plan a = plan_of("train: {epochs: 100, batch: 32}");
  const Plan b = plan_of("train: {epochs: 200}", {"losses.ibot_patch.weight=0.5", "train.batch=32"});
  EXPECT_EQ(to_text(diff(a, b)),
            "losses.ibot_patch.weight: 1.0 (default) -> 0.5 (--set losses.ibot_patch.weight=0.5)\n"
            "train.epochs: 100.0 (configuration:1) -> 200.0 (configuration:1)\n");
  EXPECT_TRUE(diff(a, a).empty());
}

TEST(Diff, AnotherPluginBringsItsOwnKeys) {
  const auto differences = diff(plan_of(""), plan_of("mask: {plugin: sparkle}"));
  EXPECT_EQ(to_text(differences),
            "mask.colour: none -> gold (default)\n"
            "mask.glitter.amount: none -> 0.5 (default)\n"
            "mask.plugin: block (default) -> sparkle (configuration:1)\n"
            "mask.ratio: [0.3] (default) -> none\n"
            "mask.start_epoch: 0 (default) -> none\n"
            "mask.variance: [0.0] (default) -> none\n");
  EXPECT_EQ(to_json(differences)[2]["b"]["value"], "sparkle");
  EXPECT_TRUE(to_json(differences)[0]["a"].is_null());
}

TEST(Diff, VersionsOfPluginsCount) {
  PlanRequest newer = test::request("");
  for (PluginInfo& info : newer.plugins) {
    if (info.id == "vit") info.version = "1.1.0";
  }
  const auto differences = diff(plan_of(""), plan_of(newer));
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].key, "backbone.version");
}

}  // namespace
}  // namespace ibot::plan
