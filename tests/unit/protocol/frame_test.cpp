// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/protocol/frame_reader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ibot::protocol {
namespace {

using testing::HasSubstr;

Message message() {
  Message m;
  m.kind = MessageKind::Reply;
  m.number = 41;
  m.tag = "strip";
  m.method = "laboratory";
  m.body = {{"seed", 7}, {"words", "\u00e4 \"}]"}, {"nested", {{"list", {1, 2.5, nullptr}}}}};
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 4, 5, 6};
  m.arrays.push_back(Array::of_u8("pixels", {2, 3}, pixels));
  m.arrays.push_back({"none", Array::Type::F32, {0, 5}, {}});
  m.arrays.push_back({"scalar", Array::Type::I64, {}, std::vector<std::byte>(8, std::byte{9})});
  return m;
}

void expect_same(const Message& a, const Message& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.tag, b.tag);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.body, b.body);
  EXPECT_EQ(a.arrays, b.arrays);
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

// A frame around any header and payload.
std::vector<std::byte> frame(std::string_view header, std::string_view payload = {}) {
  std::string out = "IBF1";
  for (int i = 0; i < 4; ++i) out += static_cast<char>((header.size() >> (8 * i)) & 0xFF);
  for (int i = 0; i < 8; ++i) out += static_cast<char>((payload.size() >> (8 * i)) & 0xFF);
  out += header;
  out += payload;
  return bytes_of(out);
}

std::string error_of_frame(std::string_view header, std::string_view payload = {}) {
  FrameReader reader;
  reader.feed(frame(header, payload));
  const auto got = reader.next();
  EXPECT_FALSE(got) << header;
  EXPECT_EQ(reader.waiting(), 0U) << "a bad frame is passed over whole: " << header;
  return got ? "" : got.error().to_text();
}

TEST(Frame, ComesBackAsItWasWhateverThePieces) {
  const auto bytes = encode(message()).value();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    FrameReader reader;
    int came = 0;
    for (int copies = 0; copies < 2; ++copies) {
      for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
        while (true) {
          const auto got = reader.next();
          ASSERT_TRUE(got) << got.error().to_text();
          if (!*got) break;
          expect_same(**got, message());
          ++came;
        }
      }
    }
    EXPECT_EQ(came, 2);
    EXPECT_EQ(reader.waiting(), 0U);
  }
}

TEST(Frame, GoesOnBehindWhatIsNoFrame) {
  FrameReader reader;
  reader.feed(bytes_of("a plugin that prints IBF to the pipe\n"));
  reader.feed(encode(message()).value());
  auto got = reader.next();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("no frame"));
  got = reader.next();
  ASSERT_TRUE(got) << got.error().to_text();
  ASSERT_TRUE(got->has_value());
  expect_same(**got, message());
}

TEST(Frame, ComplainsOnceOfALongStretchOfNonsense) {
  FrameReader reader;
  int complaints = 0;
  for (int i = 0; i < 10; ++i) {
    reader.feed(bytes_of("nonsense"));
    if (!reader.next()) ++complaints;
  }
  EXPECT_EQ(complaints, 1);
}

TEST(Frame, RefusesLengthsBeyondTheLimitsBeforeTheirBytesCome) {
  FrameReader reader({.header_bytes = 100, .payload_bytes = 1000});
  auto bytes = frame("{}");
  bytes[5] = std::byte{1};  // a header of 258 bytes
  reader.feed(bytes);
  auto got = reader.next();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, base::ErrorCode::OutOfSpace);
  Message small;
  small.number = 3;
  reader.feed(encode(small).value());
  got = reader.next();
  ASSERT_TRUE(got) << got.error().to_text();
  EXPECT_EQ((*got)->number, 3U);
}

TEST(Frame, RefusesHeadersThatAreNone) {
  EXPECT_THAT(error_of_frame("not json"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of_frame("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of_frame("\xff{}"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of_frame(R"({"kind": "reply"})"), HasSubstr("number"));
  EXPECT_THAT(error_of_frame(R"({"kind": "reply", "number": -1})"), HasSubstr("number"));
  EXPECT_THAT(error_of_frame(R"({"kind": "shout", "number": 1})"), HasSubstr("kind"));
  EXPECT_THAT(error_of_frame(R"({"kind": "reply", "number": 1, "body": []})"), HasSubstr("body"));
  EXPECT_THAT(error_of_frame(R"({"kind": "reply", "number": 1, "tag": ")" + std::string(65, 'x') + "\"}"),
              HasSubstr("tag"));
  const std::string deep = R"({"kind": "reply", "number": 1, "body": {"a": )" + std::string(100'000, '[');
  EXPECT_THAT(error_of_frame(deep), HasSubstr("no JSON object"));
}

TEST(Frame, RefusesArraysThatDoNotFitTheirBytes) {
  const auto with = [](const std::string& arrays, std::string_view payload) {
    return error_of_frame(R"({"kind": "reply", "number": 5, "arrays": [)" + arrays + "]}", payload);
  };
  EXPECT_THAT(with(R"({"name": "a", "type": "u8", "shape": [4]})", "123"),
              HasSubstr("more bytes than it has"));
  EXPECT_THAT(with(R"({"name": "a", "type": "u8", "shape": [2]})", "123"),
              HasSubstr("more bytes than it announces"));
  EXPECT_THAT(with(R"({"name": "a", "type": "u9", "shape": [3]})", "123"), HasSubstr("arrays"));
  EXPECT_THAT(with(R"({"name": "a", "type": "u8", "shape": [-3]})", "123"), HasSubstr("arrays"));
  EXPECT_THAT(with(R"({"name": "a", "type": "u8", "shape": [1, 1, 1, 1, 1, 1, 1, 1, 3]})", "123"),
              HasSubstr("arrays"));
  // A product that would overflow.
  EXPECT_THAT(with(R"({"name": "a", "type": "i64", "shape": [200000000, 200000000, 200000000]})", "123"),
              HasSubstr("more bytes than it has"));
  std::string many = R"({"name": "a", "type": "u8", "shape": [0]})";
  for (int i = 0; i < 300; ++i) many += R"(,{"name": "a", "type": "u8", "shape": [0]})";
  EXPECT_THAT(with(many, ""), HasSubstr("arrays"));
}

TEST(Frame, SaysWhichRequestABadFrameWasAbout) {
  FrameReader reader;
  reader.feed(frame(R"({"kind": "request", "number": 12, "method": 5})"));
  ASSERT_FALSE(reader.next());
  EXPECT_EQ(reader.failed_number(), 12U);
  reader.feed(frame("{"));
  ASSERT_FALSE(reader.next());
  EXPECT_EQ(reader.failed_number(), 0U);
}

TEST(Frame, IsNotWrittenBeyondTheLimits) {
  Message m = message();
  m.arrays[0].shape = {7};
  EXPECT_EQ(encode(m).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(encode(message(), {.payload_bytes = 10}).error().code, base::ErrorCode::OutOfSpace);
  EXPECT_EQ(encode(message(), {.arrays = 2}).error().code, base::ErrorCode::OutOfSpace);
  EXPECT_EQ(encode(message(), {.header_bytes = 20}).error().code, base::ErrorCode::OutOfSpace);
  m = message();
  m.body["path"] = "\xff\xfe";  // no UTF-8
  EXPECT_TRUE(encode(m));
}

}  // namespace
}  // namespace ibot::protocol
