// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/data/open.h>
#include <ibot/image/decode.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::data::test {
namespace {

using testing::HasSubstr;

DataOptions twelve_scenes(const std::filesystem::path& folder) {
  DataOptions options;
  options.kind = "parts";
  options.path = folder.string();
  options.parts.train = 12;
  options.parts.val = 12;
  options.parts.size = 32;
  return options;
}

TEST(OpenParts, ReadsWhatWasDrawnWithItsMasks) {
  const ibot::test::TempDir dir;
  DataOptions options = twelve_scenes(dir / "scenes");
  ASSERT_TRUE(prepare_dataset(options));
  const auto train = open_dataset(options, IndexCache{});
  ASSERT_TRUE(train) << train.error().to_text();
  EXPECT_EQ(train.value()->size(), 12);
  EXPECT_EQ(train.value()->class_names().size(), 12u);
  EXPECT_THAT(train.value()->description(), HasSubstr("drawn scenes: 12 pictures, 12 classes"));
  EXPECT_EQ(train.value()->sample(0).split, "train");
  for (std::int64_t i = 0; i < train.value()->size(); ++i) {
    const auto mask = train.value()->mask_path(i);
    ASSERT_TRUE(mask);
    EXPECT_EQ(image::read_image(*mask)->width(), 32);
  }

  options.kind = "auto";
  options.split = "val";
  const auto val = open_dataset(options, IndexCache{});
  ASSERT_TRUE(val) << val.error().to_text();
  EXPECT_EQ(val.value()->class_names(), train.value()->class_names());
  EXPECT_TRUE(val.value()->mask_path(0));

  options.split = "test";
  EXPECT_EQ(open_dataset(options, IndexCache{}).error().expected, "train or val");
}

TEST(OpenParts, SaysWhatIsMissing) {
  const ibot::test::TempDir dir;
  const DataOptions options = twelve_scenes(dir / "scenes");
  const auto absent = open_dataset(options, IndexCache{});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(absent.error().hint, HasSubstr("ibot dataset parts"));

  put_file(dir / "scenes/parts.json", "{\"complete\": false}");
  EXPECT_THAT(open_dataset(options, IndexCache{}).error().message, HasSubstr("are not complete"));
  put_file(dir / "scenes/parts.json", "[[[");
  EXPECT_THAT(open_dataset(options, IndexCache{}).error().message, HasSubstr("cannot be read"));
}

TEST(OpenParts, HasAPlaceOfItsOwnForEveryDrawing) {
  DataOptions one = twelve_scenes(""), other = one;
  one.path.clear();
  other.path.clear();
  other.parts.seed = 2;
  EXPECT_NE(parts_folder(one), parts_folder(other));
  EXPECT_EQ(parts_folder(twelve_scenes("/somewhere")), "/somewhere");
}

TEST(OpenParts, PreparesNothingForOtherKinds) {
  const ibot::test::TempDir dir;
  DataOptions options;
  options.path = (dir / "absent").string();
  EXPECT_TRUE(prepare_dataset(options));
  EXPECT_FALSE(std::filesystem::exists(dir / "absent"));
}

}  // namespace
}  // namespace ibot::data::test
