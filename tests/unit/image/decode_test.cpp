// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/image/decode.h>
#include <ibot/image/encode.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::image {
namespace {

using base::ErrorCode;
using test::gradient;
using test::noise;
using ::testing::HasSubstr;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Decode, PngKeepsEveryPixel) {
  const Image source = noise(33, 21);
  Image decoded;
  ASSERT_TRUE(decode(encode_png(source), decoded));
  EXPECT_EQ(decoded, source);
}

TEST(Decode, JpegKeepsASmoothPicture) {
  const Image source = gradient(64, 48);
  Image decoded;
  ASSERT_TRUE(decode(encode_jpeg(source, 95), decoded));
  ASSERT_EQ(decoded.bounds(), source.bounds());
  for (std::size_t i = 0; i < source.bytes(); ++i) EXPECT_NEAR(decoded.data()[i], source.data()[i], 12);
}

TEST(Decode, NamesWhatIsNotAPicture) {
  Image image;
  const auto empty = decode({}, image);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(empty.error().message, HasSubstr("empty (0 bytes)"));

  const auto text = decode(bytes_of("Hello, I am a text.\n"), image);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::Unsupported);
  EXPECT_THAT(text.error().message, HasSubstr("it begins with \"Hello, I am a te"));

  const auto gif = decode(bytes_of("GIF89a...."), image);
  ASSERT_FALSE(gif);
  EXPECT_THAT(gif.error().message, HasSubstr("GIF"));
}

TEST(Decode, AFileThatIsCutOffIsAnError) {
  for (const auto& file : {encode_jpeg(gradient(120, 90)), encode_png(gradient(120, 90))}) {
    Image image;
    ASSERT_TRUE(decode(file, image));
    // Behind the pixels of a PNG comes only its end chunk of 12 bytes, which nobody misses.
    const std::size_t trailer = probe(file)->format == Format::Png ? 16 : 0;
    for (std::size_t size = 16; size < file.size() - trailer; size += 1 + file.size() / 97) {
      const auto status = decode(std::span(file).first(size), image);
      ASSERT_FALSE(status) << size << " of " << file.size();
      EXPECT_EQ(status.error().code, ErrorCode::Corrupt);
      EXPECT_THAT(status.error().message, HasSubstr("cut off"));
    }
  }
}

}  // namespace
}  // namespace ibot::image
