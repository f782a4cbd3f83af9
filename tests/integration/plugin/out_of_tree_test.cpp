// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin with parameters that nobody has seen, built outside the tree against the SDK, then found, checked
// and used.
#include <ibot/base/file.h>
#include <ibot/data/mask.h>
#include <ibot/params/check.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/loader.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <numeric>

namespace ibot::plugin {
namespace {

namespace fs = std::filesystem;
using ::testing::IsSupersetOf;

fs::path build_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path();
}

/// Runs a command with its output in `log`; the log is shown where it fails.
::testing::AssertionResult succeeds(const std::string& command, const fs::path& log) {
  if (std::system((command + " > '" + log.string() + "' 2>&1").c_str()) == 0)
    return ::testing::AssertionSuccess();
  const auto text = base::read_text_file(log);
  return ::testing::AssertionFailure() << command << "\n" << (text ? *text : text.error().to_text());
}

/// Builds the SDK's example in a folder outside the tree.
void build_example(const test::TempDir& folder) {
  const fs::path source = test::source_dir() / "plugins" / "sdk" / "example";
  const fs::path sdk = build_folder() / "lib" / "cmake" / "ibot_sdk";
  const std::string build = "'" + (folder / "build").string() + "'";
  ASSERT_TRUE(succeeds(IBOT_TEST_CMAKE " -G '" IBOT_TEST_GENERATOR
                                       "' -DCMAKE_CXX_COMPILER='" IBOT_TEST_COMPILER
                                       "' -DCMAKE_BUILD_TYPE=Release -S '" +
                           source.string() + "' -B " + build + " -Dibot_sdk_DIR='" + sdk.string() + "'",
                       folder / "configure.log"));
  ASSERT_TRUE(succeeds(IBOT_TEST_CMAKE " --build " + build, folder / "build.log"));
}

LoaderOptions options_for(const test::TempDir& folder) {
  ::setenv("IBOT_PLUGIN_PATH", (folder / "build" / "lib" / "plugins").c_str(), 1);
  LoaderOptions options = LoaderOptions::from_environment();
  ::unsetenv("IBOT_PLUGIN_PATH");
  options.state_folder = folder / "state";
  return options;
}

void expect_parameters_before_any_code_ran(const Loader& loader) {
  EXPECT_THAT(loader.usable_ids(Kind::Masking), IsSupersetOf({"block", "none", "random", "stripes"}));
  const auto record = loader.find(Kind::Masking, "stripes");
  ASSERT_TRUE(record.ok()) << record.error().to_text();
  EXPECT_EQ((*record)->state, State::Compatible);
  EXPECT_FALSE((*record)->shipped);
  const params::Schema& schema = (*record)->manifest.schema;
  EXPECT_EQ(schema.keys(), (std::vector<std::string>{"period", "width", "direction"}));
  EXPECT_EQ(schema.find("period")->unit, "patches");
  EXPECT_EQ(params::expectation(*schema.find("direction")), "columns or rows");
  EXPECT_EQ(params::violation(*schema.find("period"), std::int64_t{1}), "1 is too small");
}

base::Result<std::unique_ptr<data::MaskStrategy>> make_stripes(Loader& loader, std::int64_t width) {
  IBOT_TRY(const PluginRecord* record, loader.find(Kind::Masking, "stripes"));
  params::Values values = params::default_values(record->manifest.schema);
  values["period"] = std::int64_t{3};
  values["width"] = width;
  IBOT_TRY(const MaskingFactory factory, loader.masking("stripes"));
  return stop_exceptions("masking plugin stripes", [&] { return factory(values); });
}

void expect_stripes(Loader& loader) {
  const auto strategy = make_stripes(loader, 1);
  ASSERT_TRUE(strategy.ok()) << strategy.error().to_text();
  std::vector<std::uint8_t> mask(6 * 6);
  base::RandomStream random(1, base::Purpose::Mask, 0, 0);
  (*strategy)->fill({6, 6, 0, 0, 0, {}}, random, mask);
  EXPECT_EQ(std::accumulate(mask.begin(), mask.end(), 0), 12) << "two of six columns";
}

void expect_errors_in_words(Loader& loader) {
  const auto strategy = make_stripes(loader, 9);
  ASSERT_FALSE(strategy.ok());
  EXPECT_EQ(strategy.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(
      strategy.error().to_text(),
      "masking plugin stripes: width is 9 and period 3 (expected: width < period). Stripes this wide mask "
      "the whole crop");
  EXPECT_EQ(loader.masking("strips").error().hint, "Did you mean \"stripes\"?");
}

// One test, as ctest would build the example for each of several.
TEST(OutOfTree, APluginThatNobodyHasSeenIsBuiltFoundCheckedAndUsed) {
  const test::TempDir folder;
  ASSERT_NO_FATAL_FAILURE(build_example(folder));
  LoaderOptions options = options_for(folder);
  Loader loader = Loader::discover(options);
  expect_parameters_before_any_code_ran(loader);
  expect_stripes(loader);
  expect_errors_in_words(loader);

  options.safe_mode = true;
  Loader safe = Loader::discover(options);
  EXPECT_FALSE(safe.masking("stripes").ok());
  EXPECT_TRUE(safe.masking("block").ok());
}

}  // namespace
}  // namespace ibot::plugin
