// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/manifest.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Manifest, ReadsColumnsInAnyOrder) {
  const auto manifest = parse_manifest("split,path,label\ntrain,a.jpg,dog\nval,b.png,\n", "m.csv");
  ASSERT_TRUE(manifest) << manifest.error().to_text();
  ASSERT_EQ(manifest->rows.size(), 2u);
  EXPECT_EQ(manifest->rows[0].path, "a.jpg");
  EXPECT_EQ(manifest->rows[0].label, "dog");
  EXPECT_EQ(manifest->rows[0].split, "train");
  EXPECT_EQ(manifest->rows[1].label, "");
  EXPECT_EQ(manifest->rows[1].line, 3);
}

TEST(Manifest, UnderstandsQuotesMarkAndBothLineEnds) {
  const auto manifest = parse_manifest(
      "\xEF\xBB\xBFpath,label\r\n"
      "\"cats, mostly/2.png\",\"a \"\"big\"\" cat\"\r\n"
      "\r\n"
      "\"two\nlines.jpg\",dog\n"
      "last.jpg,",
      "m.csv");
  ASSERT_TRUE(manifest) << manifest.error().to_text();
  ASSERT_EQ(manifest->rows.size(), 3u);
  EXPECT_EQ(manifest->rows[0].path, "cats, mostly/2.png");
  EXPECT_EQ(manifest->rows[0].label, "a \"big\" cat");
  EXPECT_EQ(manifest->rows[1].path, "two\nlines.jpg");
  EXPECT_EQ(manifest->rows[1].line, 4);
  EXPECT_EQ(manifest->rows[2].path, "last.jpg");
  EXPECT_EQ(manifest->rows[2].line, 6) << "a line end inside quotes counts as a line of the file";
}

TEST(Manifest, NamesEveryBadRowWithItsLine) {
  const auto manifest = parse_manifest(
      "path,label\n"
      "good.jpg,dog\n"
      "only-one-field.jpg\n"
      "a,b,c\n"
      ",dog\n"
      "\"x.jpg\"y,dog\n"
      "in\"side.jpg,dog\n"
      "\"never closed.jpg,dog\n"
      "good2.jpg,cat\n",
      "m.csv");
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, base::ErrorCode::Corrupt);
  EXPECT_EQ(manifest.error().message,
            "m.csv has 6 bad rows\n"
            "  line 3: 1 field where the first line names 2\n"
            "  line 4: 3 fields where the first line names 2\n"
            "  line 5: the path is empty\n"
            "  line 6: there is text after a closing quote\n"
            "  line 7: a quote stands inside a field that does not begin with one\n"
            "  line 8: a quote is opened and never closed");
}

TEST(Manifest, NamesTheFirstTwentyBadRowsAndCountsTheRest) {
  std::string text = "path\n";
  for (int i = 0; i < 1030; ++i) text += "a,b\n";
  const auto manifest = parse_manifest(text, "m.csv");
  ASSERT_FALSE(manifest);
  EXPECT_THAT(manifest.error().message, HasSubstr("1,030 bad rows"));
  EXPECT_THAT(manifest.error().message, HasSubstr("line 21:"));
  EXPECT_THAT(manifest.error().message, Not(HasSubstr("line 22:")));
  EXPECT_THAT(manifest.error().message, HasSubstr("and 1,010 more"));
}

TEST(Manifest, RefusesControlBytesAndLongFields) {
  const auto manifest = parse_manifest(
      std::string("path\na\0b.jpg\n", 13) + std::string(70000, 'x') + "\nold\rmac.jpg\n", "m.csv");
  ASSERT_FALSE(manifest);
  EXPECT_THAT(manifest.error().message, HasSubstr("line 2: a field holds a NUL byte"));
  EXPECT_THAT(manifest.error().message, HasSubstr("line 3: a field is longer than 65,536 bytes"));
  EXPECT_THAT(manifest.error().message, HasSubstr("line 4: there is a carriage return without a line feed"));
}

TEST(Manifest, AsksForAHeaderThatNamesPath) {
  const auto misspelt = parse_manifest("paht,label\na.jpg,dog\n", "m.csv");
  ASSERT_FALSE(misspelt);
  EXPECT_THAT(misspelt.error().message, HasSubstr("line 1 does not name a column path"));
  EXPECT_THAT(misspelt.error().hint, HasSubstr("did you mean path?"));
  EXPECT_FALSE(parse_manifest("", "m.csv"));
  EXPECT_FALSE(parse_manifest("path,path\na,b\n", "m.csv"));
}

TEST(Manifest, KeepsTheNamesOfUnusedColumns) {
  const auto manifest = parse_manifest("path,width\na.jpg,200\n", "m.csv");
  ASSERT_TRUE(manifest);
  EXPECT_THAT(manifest->ignored_columns, ElementsAre("width"));
}

}  // namespace
}  // namespace ibot::data
