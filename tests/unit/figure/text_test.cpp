// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/text.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::figure {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::SizeIs;

TEST(Drawable, KeepsValidTextAndReplacesTheRest) {
  EXPECT_EQ(drawable("Größe 10 µm → 日本"), "Größe 10 µm → 日本");
  EXPECT_EQ(drawable("a\nb\tc"), "a b c");
  EXPECT_EQ(drawable("a\xff\xc0\x80z"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(drawable("cut \xe2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(drawable("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // half of a surrogate pair
  EXPECT_EQ(drawable("abcdefgh", 6), "abcd…");
}

TEST(Elide, FitsItsWidth) {
  const TextStyle style;
  EXPECT_EQ(elide("short", style, 1000), "short");
  const std::string cut = elide("a rather long line of text", style, 60);
  EXPECT_THAT(cut, EndsWith("…"));
  EXPECT_LE(text_width(cut, style), 60);
  EXPECT_EQ(elide("anything", style, 0), "…");
}

TEST(Wrap, BreaksAtSpaces) {
  const TextStyle style;
  const double width = text_width("one two", style) + 1;
  EXPECT_THAT(wrap("one two one two", style, width, 9), ElementsAre("one two", "one two"));
  EXPECT_THAT(wrap("", style, width, 9), SizeIs(0));
}

TEST(Wrap, BreaksWordsThatAreTooLongAndElidesTheLastLine) {
  const TextStyle style;
  const auto lines = wrap(std::string(100'000, 'x'), style, 80, 3);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines[2], EndsWith("…"));
  for (const std::string& line : lines) EXPECT_LE(text_width(line, style), 80);
  EXPECT_THAT(wrap("ab", style, 0.001, 5), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace ibot::figure
