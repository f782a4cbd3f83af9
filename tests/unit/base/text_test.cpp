// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/base/printable.h>
#include <ibot/base/text.h>

#include <gtest/gtest.h>

namespace ibot::base {
namespace {

TEST(NearestName, ProposesTheTypoAndNothingFarAway) {
  const std::vector<std::string> known = {"drop_path", "depth", "heads"};
  EXPECT_EQ(nearest_name("drop_paht", known), "drop_path");
  EXPECT_EQ(nearest_name("Heads", known), "heads");
  EXPECT_EQ(nearest_name("wavelength", known), std::nullopt);
}

TEST(Format, NumbersReadWell) {
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_bytes(3'200'000'000), "3.2 GB");
  EXPECT_EQ(format_bytes(999'999), "1.0 MB");
  EXPECT_EQ(format_duration(12.52), "12.5 s");
  EXPECT_EQ(format_duration(3840), "1 h 04 min");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(5e-4), "0.0005");
  EXPECT_EQ(format_number(-1.5e-6), "-1.5e-6");
  EXPECT_EQ(format_number(1e100), "1e100");
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(100), "100");
}

TEST(Parse, IsStrict) {
  EXPECT_EQ(parse_double("5e-4"), 5e-4);
  EXPECT_EQ(parse_double("5e-4x"), std::nullopt);
  EXPECT_EQ(parse_double(""), std::nullopt);
  EXPECT_EQ(parse_int("12"), 12);
  EXPECT_EQ(parse_int("1.0"), std::nullopt);
}

TEST(Quoted, MakesHostileTextHarmless) {
  EXPECT_EQ(quote_untrusted("ok"), "\"ok\"");
  EXPECT_EQ(quote_untrusted("a\x1b[31m\n"), "\"a?[31m?\"");
  EXPECT_EQ(quote_untrusted("\xff\xfe"), "\"??\"");
  EXPECT_EQ(quote_untrusted("größe"), "\"größe\"");
  EXPECT_LT(quote_untrusted(std::string(1000, 'x')).size(), 90U);
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Printable, ControlCharactersAreEscapedAndNothingElseIs) {
  EXPECT_EQ(escape_control_characters("two\nlines\tand \x1b[31mred\x7f"),
            "two\\u000alines\\u0009and \\u001b[31mred\\u007f");
  EXPECT_EQ(escape_control_characters("\u009b31m"), "\\u009b31m") << "C1, two bytes of UTF-8";
  EXPECT_EQ(escape_control_characters("\u00b1 \u2026 \xc2"), "\u00b1 \u2026 \xc2");
}

}  // namespace
}  // namespace ibot::base
