// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/image/decode.h>
#include <ibot/image/encode.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ibot::image {
namespace {

using base::ErrorCode;
using test::gradient;
using test::noise;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Bytes = std::vector<std::byte>;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

Bytes fixture(const std::string& name) {
  return base::read_file(ibot::test::source_dir() / "tests/fixtures/images" / name).value();
}

/// The reason why a file is refused; fails the test if it is not.
base::Error refusal(std::span<const std::byte> file) {
  Image image;
  const auto status = decode(file, image);
  EXPECT_FALSE(status);
  return status ? base::Error{} : status.error();
}

/// SHA-256 of the pixels that Pillow 13 gives (of grey_16bit.png: of its upper bytes; see decode.h).
struct Decoded {
  const char* name;
  const char* hash;
};

const Decoded kDecoded[] = {
    {"baseline_420.jpg", "e070e6d938a6748bf19d17b316f12a4ffc3efcc0a2e11de6f522bb5a09bbed37"},
    {"baseline_422.jpg", "650987d8cb2e0fa118ec724189f7e5d9f0b202734045e09089a554c8a469594f"},
    {"baseline_444.jpg", "e949748f9779ff86a3970a2a752dce906e15f92cf3ec51dc56ca0ac811327ce7"},
    {"cmyk_adobe.jpg", "9cef0db7b8dd6f3459da9cfb1d64962ee0452f9f041357f65b22036a4b5b3506"},
    {"gamma.png", "a3945a4877e9277c81f2b0a8a37747146229f217e72fcb4084dcd0b353f7c557"},
    {"grey.jpg", "6eba49c31915fb92e64e53e5473ca90aafbcb6d3fcc2dba7d8c42333691f5a3f"},
    {"grey.png", "16cfd8ae5399015aaae6a325a093383e0e89f1b86a9eafd598603ce27279c0fd"},
    {"grey_16bit.png", "67b84fa841ad20eead91156899a549c5884c022eacb4c92e4383c4973e37f537"},
    {"grey_1bit.png", "9e0da626181516d88f3cd43cc8e603c303b6f763e41e37e8bed8ed5d86a3460f"},
    {"grey_alpha.png", "16cfd8ae5399015aaae6a325a093383e0e89f1b86a9eafd598603ce27279c0fd"},
    {"grey_alpha_16bit.png", "5cd6bb3846deb5a4197d1b9e424b1b487154fcbe8405eb41f9d98cad06a25b80"},
    {"interlaced.png", "a3945a4877e9277c81f2b0a8a37747146229f217e72fcb4084dcd0b353f7c557"},
    {"palette.png", "1ef4a1eae9aca9e6994f10df9a7a0445cbb28afec72b7d3f545db1897eeef328"},
    {"palette_2bit.png", "3c5181863c4de3f470bc1dc849bafd72d3dc42820b7ac72a276c92cdcf1a1e0a"},
    {"palette_transparent.png", "1ef4a1eae9aca9e6994f10df9a7a0445cbb28afec72b7d3f545db1897eeef328"},
    {"progressive.jpg", "e070e6d938a6748bf19d17b316f12a4ffc3efcc0a2e11de6f522bb5a09bbed37"},
    {"restarts.jpg", "e070e6d938a6748bf19d17b316f12a4ffc3efcc0a2e11de6f522bb5a09bbed37"},
    {"rgb.jpg", "b753a3c7463b7cd42c5920884270384fa69bf5623f77c7ca13b1096b64d833a9"},
    {"rgb.png", "a3945a4877e9277c81f2b0a8a37747146229f217e72fcb4084dcd0b353f7c557"},
    {"rgb_16bit.png", "bcea903d879a662baceb41415686a0b3a68f8a08ba507b767ba396481a78fe21"},
    {"rgb_transparent_colour.png", "a3945a4877e9277c81f2b0a8a37747146229f217e72fcb4084dcd0b353f7c557"},
    {"rgba.png", "a3945a4877e9277c81f2b0a8a37747146229f217e72fcb4084dcd0b353f7c557"},
    {"rotated_by_exif.jpg", "e070e6d938a6748bf19d17b316f12a4ffc3efcc0a2e11de6f522bb5a09bbed37"},
    {"ycck_adobe.jpg", "0b96bfa3225ec221d7eda5bfbbbfec4d4f160a13d8e1d40824019ff2b0ae3fa2"},
};

TEST(Decode, EveryVariantGivesPillowsPixels) {
  for (const Decoded& expected : kDecoded) {
    Image image;
    const auto status = decode(fixture(expected.name), image);
    ASSERT_TRUE(status) << expected.name << ": " << status.error().to_text();
    EXPECT_EQ(image.bounds(), (Box{0, 0, 37, 29})) << expected.name;
    const std::string_view pixels(reinterpret_cast<const char*>(image.data()), image.bytes());
    EXPECT_EQ(base::sha256_hex(pixels), expected.hash) << expected.name;
  }
}

TEST(Decode, MemoryIsReusedFromPictureToPicture) {
  Image image(200, 200);
  const std::uint8_t* const memory = image.data();
  ASSERT_TRUE(decode(fixture("rgb.png"), image));
  ASSERT_TRUE(decode(fixture("baseline_420.jpg"), image));
  EXPECT_EQ(image.data(), memory);
}

TEST(Decode, ProbeReadsTheHeaderAlone) {
  const Bytes file = fixture("progressive.jpg");
  const auto info = probe(std::span(file).first(400));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->format, Format::Jpeg);
  EXPECT_EQ(info->width, 37);
  EXPECT_EQ(info->height, 29);
  EXPECT_EQ(probe(fixture("palette.png"))->format, Format::Png);
}

TEST(Decode, PngKeepsEveryPixel) {
  const Image source = noise(33, 21);
  Image decoded;
  ASSERT_TRUE(decode(encode_png(source), decoded));
  EXPECT_EQ(decoded, source);
  EXPECT_EQ(encode_png(source), encode_png(source));
}

TEST(Decode, GreyPngKeepsEveryValue) {
  const std::vector<std::uint8_t> values = {0, 7, 200, 255, 31, 128};
  Image decoded;
  ASSERT_TRUE(decode(encode_png_grey(values, 3, 2), decoded));
  ASSERT_EQ(decoded.bounds(), (Box{0, 0, 3, 2}));
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(decoded.data()[3 * i + c], values[i]);
  }
}

TEST(Decode, JpegKeepsASmoothPicture) {
  const Image source = gradient(64, 48);
  Image decoded;
  ASSERT_TRUE(decode(encode_jpeg(source, 95), decoded));
  ASSERT_EQ(decoded.bounds(), source.bounds());
  for (std::size_t i = 0; i < source.bytes(); ++i) EXPECT_NEAR(decoded.data()[i], source.data()[i], 12);
  EXPECT_EQ(encode_jpeg(source, 95), encode_jpeg(source, 95));
}

TEST(Decode, NamesWhatIsNotAPicture) {
  const base::Error empty = refusal(fixture("bad_empty.jpg"));
  EXPECT_EQ(empty.code, ErrorCode::Corrupt);
  EXPECT_THAT(empty.message, HasSubstr("empty (0 bytes)"));

  const base::Error text = refusal(fixture("bad_text.jpg"));
  EXPECT_EQ(text.code, ErrorCode::Unsupported);
  EXPECT_THAT(text.message, HasSubstr("it begins with \"This is a text w"));

  EXPECT_THAT(refusal(bytes_of("GIF89a....")).message, HasSubstr("GIF"));
  EXPECT_THAT(refusal(bytes_of(std::string_view("II*\0....", 8))).message, HasSubstr("TIFF"));
}

TEST(Decode, AFileThatIsCutOffIsAnError) {
  for (const char* name :
       {"baseline_420.jpg", "progressive.jpg", "cmyk_adobe.jpg", "rgb.png", "palette.png"}) {
    const Bytes file = fixture(name);
    // Behind the pixels of a PNG come only the data's checksum and the end chunk, which nobody misses.
    const std::size_t trailer = probe(file)->format == Format::Png ? 16 : 0;
    for (std::size_t size = 8; size < file.size() - trailer; ++size) {
      const base::Error error = refusal(std::span(file).first(size));
      ASSERT_EQ(error.code, ErrorCode::Corrupt) << name << " " << size << " of " << file.size();
      ASSERT_THAT(error.message, HasSubstr("cut off")) << name << " " << size << " of " << file.size();
    }
  }
  EXPECT_THAT(refusal(fixture("bad_truncated.jpg")).message,
              StartsWith("the JPEG is cut off: its 680 bytes"));
  EXPECT_THAT(refusal(fixture("bad_truncated.png")).message, StartsWith("the PNG is cut off"));
}

TEST(Decode, DamageIsAnError) {
  const base::Error checksum = refusal(fixture("bad_checksum.png"));
  EXPECT_EQ(checksum.code, ErrorCode::Corrupt);
  EXPECT_THAT(checksum.message, HasSubstr("the PNG is damaged"));
  EXPECT_EQ(refusal(fixture("bad_no_height.jpg")).code, ErrorCode::Corrupt);
}

TEST(Decode, SizesAreCheckedBeforeMemoryIsTaken) {
  for (const char* name : {"bad_huge.jpg", "bad_huge.png"}) {
    const base::Error error = refusal(fixture(name));
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_THAT(error.message, HasSubstr("30000 x 30000"));
    EXPECT_THAT(error.expected, HasSubstr("100,000,000"));
  }
  Image image;
  const auto wide = decode(fixture("rgb.png"), image, {.side = 30, .pixels = 10'000, .file_bytes = 100});
  ASSERT_FALSE(wide);
  EXPECT_THAT(wide.error().expected, HasSubstr("30 pixels"));
}

TEST(Decode, EndlessScansAreRefused) {
  Bytes file = fixture("progressive.jpg");
  const auto find_last = [&](std::byte marker, std::size_t before) {
    for (std::size_t i = before - 1; i-- > 0;) {
      if (file[i] == std::byte{0xff} && file[i + 1] == marker) return i;
    }
    return std::size_t{0};
  };
  // The last refinement, with its Huffman table, again and again.
  const std::size_t scan = find_last(std::byte{0xda}, file.size());
  const std::size_t table = find_last(std::byte{0xc4}, scan);
  const Bytes repeated(file.begin() + static_cast<std::ptrdiff_t>(table), file.end() - 2);
  file.resize(file.size() - 2);
  for (int i = 0; i < 400; ++i) file.insert(file.end(), repeated.begin(), repeated.end());
  file.insert(file.end(), {std::byte{0xff}, std::byte{0xd9}});
  const base::Error error = refusal(file);
  EXPECT_EQ(error.code, ErrorCode::Unsupported);
  EXPECT_THAT(error.message, HasSubstr("scans"));
}

TEST(Decode, ReadImageNamesTheFile) {
  const auto missing = read_image("no/such/picture.jpg");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  const auto text = read_image(ibot::test::source_dir() / "tests/fixtures/images/bad_text.jpg");
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("bad_text.jpg"));
}

TEST(Encode, RefusesWhatCannotBeWritten) {
  EXPECT_THROW(encode_png(Image()), base::Exception);
  EXPECT_THROW(encode_png_grey({}, 0, 0), base::Exception);
  EXPECT_THROW(encode_png_grey(std::vector<std::uint8_t>(5), 2, 3), base::Exception);
  EXPECT_THROW(encode_jpeg(noise(4, 4), 0), base::Exception);
  EXPECT_THROW(encode_jpeg(Image(65501, 1)), base::Exception);
}

}  // namespace
}  // namespace ibot::image
