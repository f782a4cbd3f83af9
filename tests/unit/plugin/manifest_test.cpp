// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_folder.h"

#include <ibot/base/file.h>
#include <ibot/plugin/manifest.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ibot::plugin {
namespace {

using ::testing::HasSubstr;

base::Error error_of_fixture(const std::string& name) {
  const auto path = test::source_dir() / "tests" / "fixtures" / "plugins" / "manifests" / name;
  const auto manifest = read_manifest(path);
  EXPECT_FALSE(manifest.ok()) << name;
  return manifest.ok() ? base::Error{} : manifest.error();
}

TEST(Manifest, ReadsWhatItWrites) {
  Manifest manifest = FixtureFolder::honest_manifest("sound");
  manifest.library_sha256 = std::string(64, 'a');
  manifest.summary = "Ümläute and \"quotes\".";
  const auto read = parse_manifest(to_text(manifest));
  ASSERT_TRUE(read.ok()) << read.error().to_text();
  EXPECT_EQ(*read, manifest);
}

TEST(Manifest, NamesAllMistakesAtOnce) {
  const base::Error error = error_of_fixture("many_mistakes.json");
  EXPECT_EQ(error.code, base::ErrorCode::Corrupt);
  EXPECT_THAT(error.message, HasSubstr("the manifest has 12 mistakes: "));
  EXPECT_THAT(error.message,
              HasSubstr("\"id\" is \"Many Mistakes\", expected lower_snake_case, at most 64 letters"));
  EXPECT_THAT(error.message,
              HasSubstr("\"kind\" is \"optimiser\", expected backbone, masking, loss or evaluator"));
  EXPECT_THAT(error.message, HasSubstr("\"version\" is 2, expected a version such as 1.0.0"));
  EXPECT_THAT(error.message, HasSubstr("\"summary\" is missing"));
  EXPECT_THAT(error.message, HasSubstr("unknown key \"sumary\", did you mean \"summary\"?"));
  EXPECT_THAT(error.message,
              HasSubstr("\"library\" is \"../../../etc/passwd\", expected a file name without folders"));
  EXPECT_THAT(error.message, HasSubstr("\"library_sha256\" is \"0123\""));
  EXPECT_THAT(error.message, HasSubstr("\"abi.major\" is -1, expected a whole number"));
  EXPECT_THAT(error.message, HasSubstr("\"abi.minor\" is 0.5, expected a whole number"));
  EXPECT_THAT(error.message, HasSubstr("\"fingerprint.compiler\" is \"\", expected a short text"));
  EXPECT_THAT(error.message, HasSubstr("\"fingerprint.torch_version\" is null, expected a short text"));
  EXPECT_THAT(error.message, HasSubstr("\"parameters\": a schema is object"));
  EXPECT_EQ(error.hint, "Build the plugin again: the manifest is written by its build");
}

TEST(Manifest, RefusesBrokenJson) {
  EXPECT_THAT(error_of_fixture("cut_off.json").message, HasSubstr("not JSON, at byte "));
  EXPECT_EQ(error_of_fixture("list_at_top.json").message, "the manifest is a JSON array");
  EXPECT_EQ(error_of_fixture("key_twice.json").message, "key \"id\" appears twice");
  EXPECT_EQ(error_of_fixture("nested.json").message, "JSON nested deeper than 8");
  EXPECT_EQ(parse_manifest("").error().code, base::ErrorCode::Corrupt);
  EXPECT_EQ(parse_manifest("{\"format\": 1e999}").error().code, base::ErrorCode::Corrupt);
}

TEST(Manifest, RefusesOtherFormats) {
  EXPECT_EQ(error_of_fixture("other_format.json").message, "the file is not a plugin manifest");
  const base::Error future = error_of_fixture("from_the_future.json");
  EXPECT_EQ(future.code, base::ErrorCode::Unsupported);
  EXPECT_EQ(future.to_text(),
            "the manifest has format version 2 (expected: 1). Build the plugin with the SDK of this program");
}

TEST(Manifest, RefusesOneThatIsTooLarge) {
  const std::string large(kManifestSizeLimit + 1, ' ');
  EXPECT_THAT(parse_manifest(large).error().message, HasSubstr("the manifest has 1.0 MB"));
}

TEST(Manifest, DoesNotWaitForThePipeThatPretendsToBeOne) {
  const test::TempDir folder;
  const auto path = folder / "pipe.plugin.json";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_manifest(path).error().message, "the manifest is not a regular file");
}

TEST(Manifest, ShowsEveryDifferenceToTheLibrary) {
  const Manifest truth = FixtureFolder::honest_manifest("sound");
  EXPECT_TRUE(differences(truth, truth).empty());

  Manifest lie = truth;
  lie.version = "9.0.0";
  lie.fingerprint.cuda_major = 13;
  lie.schema = params::Schema();
  params::Definition other = truth.schema.definitions().front();
  other.maximum = 2;
  lie.schema.add(other);
  params::Definition invented = other;
  invented.key = "invented";
  lie.schema.add(invented);
  const auto list = differences(lie, truth);
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0], (Mismatch{"version", "9.0.0", "1.0.0"}));
  EXPECT_EQ(list[1], (Mismatch{"fingerprint.cuda_major", "13", "0"}));
  EXPECT_EQ(list[2].field, "parameter strength");
  EXPECT_THAT(list[2].expected, HasSubstr("\"maximum\":2.0"));
  EXPECT_THAT(list[2].found, HasSubstr("\"maximum\":1.0"));
  EXPECT_EQ(list[3].field, "parameter invented");
  EXPECT_EQ(list[3].found, "absent");
}

}  // namespace
}  // namespace ibot::plugin
