// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <ibot/plan/reference.h>
#include <ibot/plan/sections.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Reference, ListsEveryKeyOfEveryPlugin) {
  const auto plugins = test::plugins();
  const std::string text = schema_text(plugins);
  EXPECT_THAT(text, HasSubstr("  optimizer.lr: 0.0005\n      a number above 0, per 256 images\n"));
  EXPECT_THAT(text, HasSubstr("mask, plugin: sparkle 1.0.0: A stand-in.\n  mask.glitter.amount: 0.5\n"));
  EXPECT_THAT(text, HasSubstr("  losses.ibot_cls.weight: 1.0\n"));
  for (const SectionInfo& section : sections()) {
    if (section.kind) continue;
    for (const std::string& key : section.schema.keys()) {
      EXPECT_THAT(text, HasSubstr("  " + params::join_path(section.name, key) + ": "));
    }
  }
}

TEST(Reference, AFilterNarrowsIt) {
  const auto plugins = test::plugins();
  const std::string text = schema_text(plugins, "mask.sparkle.glitter");
  EXPECT_THAT(text, HasSubstr("mask.glitter.amount: 0.5\n      a number from 0 to 1\n      How much.\n"));
  EXPECT_THAT(text, Not(HasSubstr("colour")));
  EXPECT_THAT(text, Not(HasSubstr("optimizer")));
  EXPECT_EQ(schema_text(plugins, "no_such_key"), "");
}

TEST(Reference, JsonHoldsTheSchemasThemselves) {
  const auto plugins = test::plugins();
  const nlohmann::json json = schema_json(plugins);
  bool found = false;
  for (const auto& entry : json) {
    if (entry.value("plugin", "") != "sparkle") continue;
    found = true;
    EXPECT_EQ(entry["section"], "mask");
    EXPECT_EQ(params::schema_from_json(entry["parameters"]).value(), plugins[6].schema);
  }
  EXPECT_TRUE(found);
}

// Help is what the form, the reference and the messages live by.
TEST(Reference, EveryOptionHasHelp) {
  for (const SectionInfo& section : sections()) {
    for (const params::Definition& definition : section.schema.definitions()) {
      EXPECT_FALSE(definition.help.empty()) << section.name << '.' << definition.key;
    }
  }
}

}  // namespace
}  // namespace ibot::plan
