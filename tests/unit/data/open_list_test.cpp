// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::data::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OpenList, ReadsPathsRelativeToTheFile) {
  const ibot::test::TempDir dir;
  put_file(dir / "pictures/a.jpg", "12345");
  put_file(dir / "pictures/b.PNG");
  put_file(dir / "lists/m.csv",
           "path,label,split\n../pictures/a.jpg,dog,train\n./../pictures/b.PNG,cat,val\n");
  const auto data = open(dir / "lists/m.csv");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(paths_of(**data), ElementsAre("../pictures/a.jpg", "../pictures/b.PNG"));
  EXPECT_THAT(data.value()->class_names(), ElementsAre("cat", "dog"));
  EXPECT_THAT(labels_of(**data), ElementsAre(1, 0));
  EXPECT_EQ(data.value()->sample(1).split, "val");
  EXPECT_EQ(data.value()->read_bytes(0)->size(), 5u);
  EXPECT_THAT(data.value()->notes(), ElementsAre("rows of every split are used: train 1, val 1"));
}

TEST(OpenList, KeepsTheRowsOfOneSplitAndTheClassesOfAll) {
  const ibot::test::TempDir dir;
  put_file(dir / "a.jpg");
  put_file(dir / "b.jpg");
  put_file(dir / "m.csv", "path,label,split\na.jpg,dog,train\nb.jpg,cat,val\n");
  const auto data = open(dir / "m.csv", "list", "val");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(paths_of(**data), ElementsAre("b.jpg"));
  EXPECT_THAT(data.value()->class_names(), ElementsAre("cat", "dog"));

  const auto unknown = open(dir / "m.csv", "list", "vall");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().hint, HasSubstr("Did you mean val?"));
}

TEST(OpenList, OrdersNumericLabelsAsNumbers) {
  const ibot::test::TempDir dir;
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) put_file(dir / name);
  put_file(dir / "m.csv", "path,label\na.jpg,10\nb.jpg,9\nc.jpg,\n");
  const auto data = open(dir / "m.csv");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(data.value()->class_names(), ElementsAre("9", "10"));
  EXPECT_THAT(labels_of(**data), ElementsAre(1, 0, -1));
}

TEST(OpenList, NamesMissingFilesAndOtherTypesWithTheirLines) {
  const ibot::test::TempDir dir;
  put_file(dir / "a.jpg");
  put_file(dir / "c.tif");
  put_file(dir / "m.csv", "path\na.jpg\nmissing.jpg\nc.tif\n.\n");
  const auto data = open(dir / "m.csv");
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().message, HasSubstr("3 bad rows"));
  EXPECT_THAT(data.error().message, HasSubstr("line 3: there is no file \"missing.jpg\""));
  EXPECT_THAT(data.error().message, HasSubstr("line 4: \"c.tif\" is not named"));
}

TEST(OpenList, RefusesAPictureListedTwice) {
  const ibot::test::TempDir dir;
  put_file(dir / "a.jpg");
  put_file(dir / "m.csv", "path\na.jpg\n./a.jpg\n");
  const auto data = open(dir / "m.csv");
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().message, HasSubstr("listed twice"));
}

TEST(OpenList, SaysWhatIsMissing) {
  const ibot::test::TempDir dir;
  EXPECT_EQ(open(dir / "absent.csv", "list").error().code, base::ErrorCode::NotFound);
  put_file(dir / "header.csv", "path,label\n");
  EXPECT_THAT(open(dir / "header.csv").error().message, HasSubstr("lists no picture"));
}

}  // namespace
}  // namespace ibot::data::test
