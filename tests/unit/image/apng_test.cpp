// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/image/apng.h>
#include <ibot/image/decode.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace ibot::image {
namespace {

using Bytes = std::vector<std::byte>;
using test::noise;

struct Chunk {
  std::string kind;
  Bytes content;
};

std::uint32_t number(const Bytes& bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint32_t>(bytes.at(at + i));
  return value;
}

void append(Bytes& bytes, std::uint32_t value) {
  for (int byte = 3; byte >= 0; --byte) bytes.push_back(static_cast<std::byte>(value >> (8 * byte)));
}

std::uint32_t checksum(const std::string& kind, const Bytes& content) {
  Bytes both(4);
  std::memcpy(both.data(), kind.data(), 4);
  both.insert(both.end(), content.begin(), content.end());
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(both.data()), static_cast<uInt>(both.size())));
}

// Reads a file chunk by chunk; the checksums must be right.
std::vector<Chunk> chunks_of(const Bytes& file) {
  std::vector<Chunk> chunks;
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = number(file, at);
    Chunk chunk{std::string(reinterpret_cast<const char*>(file.data() + at + 4), 4), {}};
    chunk.content.assign(file.begin() + static_cast<std::ptrdiff_t>(at + 8),
                         file.begin() + static_cast<std::ptrdiff_t>(at + 8 + length));
    EXPECT_EQ(number(file, at + 8 + length), checksum(chunk.kind, chunk.content)) << chunk.kind;
    at += 12 + length;
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

// Every frame as a picture: its data in a PNG of its own.
std::vector<Image> frames_of(const Bytes& file) {
  std::vector<Bytes> data;
  Bytes head(file.begin(), file.begin() + 33);  // signature and IHDR
  for (const Chunk& chunk : chunks_of(file)) {
    if (chunk.kind == "fcTL") data.emplace_back();
    if (chunk.kind == "IDAT")
      data.back().insert(data.back().end(), chunk.content.begin(), chunk.content.end());
    if (chunk.kind == "fdAT")
      data.back().insert(data.back().end(), chunk.content.begin() + 4, chunk.content.end());
  }
  std::vector<Image> frames;
  for (const Bytes& content : data) {
    Bytes png = head;
    const std::vector<std::pair<std::string, Bytes>> parts = {{"IDAT", content}, {"IEND", {}}};
    for (const auto& [kind, inside] : parts) {
      append(png, static_cast<std::uint32_t>(inside.size()));
      for (const char letter : kind) png.push_back(static_cast<std::byte>(letter));
      png.insert(png.end(), inside.begin(), inside.end());
      append(png, checksum(kind, inside));
    }
    const base::Status read = decode(png, frames.emplace_back());
    EXPECT_TRUE(read) << read.error().to_text();
  }
  return frames;
}

testing::AssertionResult same(const Image& a, const Image& b) {
  if (a.width() == b.width() && a.height() == b.height() && std::memcmp(a.data(), b.data(), a.bytes()) == 0)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << a.width() << " x " << a.height() << " is another picture";
}

TEST(Apng, HoldsEveryFrameAsItWas) {
  ApngEncoder movie;
  // Noise does not shrink: each frame needs several chunks of data.
  const std::vector<Image> frames = {noise(120, 90, 1), noise(120, 90, 2), noise(120, 90, 3)};
  for (const Image& frame : frames) ASSERT_TRUE(movie.add(frame, 80));
  EXPECT_EQ(movie.frames(), 3);
  const Bytes file = movie.finish().value();
  const std::vector<Image> read = frames_of(file);
  ASSERT_EQ(read.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(same(read[i], frames[i])) << i;
  // A program that knows nothing of animations sees the first.
  Image plain;
  ASSERT_TRUE(decode(file, plain));
  EXPECT_TRUE(same(plain, frames[0]));
}

TEST(Apng, ChunksStandInTheOrderThatTheStandardAsksFor) {
  ApngEncoder movie;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(movie.add(noise(16, 9, 7), 40 + i));
  const std::vector<Chunk> chunks = chunks_of(movie.finish().value());
  std::vector<std::string> kinds;
  std::uint32_t sequence = 0;
  std::vector<std::uint32_t> times;
  for (const Chunk& chunk : chunks) {
    if (kinds.empty() || kinds.back() != chunk.kind) kinds.push_back(chunk.kind);
    if (chunk.kind == "acTL") {
      EXPECT_EQ(number(chunk.content, 0), 3U);
      EXPECT_EQ(number(chunk.content, 4), 0U);
    }
    if (chunk.kind != "fcTL" && chunk.kind != "fdAT") continue;
    EXPECT_EQ(number(chunk.content, 0), sequence++) << "one count for both kinds";
    if (chunk.kind != "fcTL") continue;
    ASSERT_EQ(chunk.content.size(), 26U);
    EXPECT_EQ(number(chunk.content, 4), 16U);
    EXPECT_EQ(number(chunk.content, 8), 9U);
    EXPECT_EQ(number(chunk.content, 22, 2), 1000U);
    times.push_back(number(chunk.content, 20, 2));
  }
  EXPECT_THAT(kinds,
              testing::ElementsAre("IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"));
  EXPECT_THAT(times, testing::ElementsAre(40U, 41U, 42U));
}

TEST(Apng, RefusesFramesThatDoNotBelongTogether) {
  ApngEncoder movie;
  EXPECT_EQ(movie.finish().error().code, base::ErrorCode::InvalidArgument);
  EXPECT_FALSE(movie.add(Image(), 40));
  ASSERT_TRUE(movie.add(noise(16, 9), 40));
  EXPECT_FALSE(movie.add(noise(16, 9), 0));
  const base::Status other = movie.add(noise(9, 16), 40);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().to_text(), testing::HasSubstr("16 x 9"));
  EXPECT_EQ(movie.frames(), 1);
}

}  // namespace
}  // namespace ibot::image
