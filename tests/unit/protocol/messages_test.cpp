// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/hello.h>
#include <ibot/protocol/laboratory.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace ibot::protocol {
namespace {

using testing::HasSubstr;

// Through the bytes of a frame, as in earnest.
Message travelled(const Message& message) {
  FrameReader reader;
  reader.feed(encode(message).value());
  return reader.next().value().value();
}

DrawnCrops crops(int count, int size) {
  DrawnCrops result;
  result.size = size;
  for (int i = 0; i < count; ++i) {
    data::CropRecipe recipe;
    recipe.size = size;
    recipe.box = {i, 2 * i, 30 + i, 20};
    recipe.flip = i % 2 == 0;
    recipe.jitter[0] = {data::JitterStep::Operation::Hue, -0.1 / (i + 3)};
    recipe.jitter[1] = {data::JitterStep::Operation::Brightness, 1.25};
    recipe.jitter_steps = 2;
    recipe.grey = i == 1;
    recipe.blur_sigma = 1.0 / 3;
    recipe.solarise_threshold = i == 0 ? 128 : -1;
    result.recipes.push_back(recipe);
  }
  result.pixels.resize(static_cast<std::size_t>(count * 3 * size * size));
  std::iota(result.pixels.begin(), result.pixels.end(), std::uint8_t{0});
  return result;
}

LaboratoryReply reply() {
  LaboratoryReply r;
  r.picture = "train/n01/a.jpg";
  r.index = 4;
  r.pictures = 9469;
  r.sample = 0xFEDCBA9876543210U;
  r.width = 500;
  r.height = 375;
  r.seed = 3;
  r.epoch = 8;
  r.global = crops(2, 8);
  r.teacher = crops(2, 8);
  r.local = crops(3, 4);
  r.rows = 2;
  r.cols = 2;
  r.masks.push_back({"block", {{0, 0}, {0.1, 0.5}}, {1, 0, 0, 0, 1, 1, 0, 0}});
  r.masks.push_back({"stripes", {}, {0, 0, 0, 0, 1, 1, 1, 1}});
  r.preview_width = 3;
  r.preview_height = 2;
  r.preview.resize(18, 200);
  return r;
}

TEST(Messages, LaboratoryComesBackAsItWas) {
  LaboratoryRequest request{.recipe = {"name: x\n", "r.yaml", {"crops.flip=0"}},
                            .picture = "a.jpg",
                            .index = 3,
                            .seed = 5,
                            .epoch = 2,
                            .beside = "random",
                            .preview = 300};
  EXPECT_EQ(LaboratoryRequest::from_message(travelled(request.to_message())).value(), request);
  request.seed.reset();
  EXPECT_EQ(LaboratoryRequest::from_message(travelled(request.to_message())).value(), request);
  EXPECT_EQ(LaboratoryReply::from_message(travelled(reply().to_message())).value(), reply());
  LaboratoryReply bare = reply();
  bare.local = {};
  bare.teacher = {};
  EXPECT_EQ(LaboratoryReply::from_message(travelled(bare.to_message())).value(), bare);
}

TEST(Messages, TellTheSharesThatWereReached) {
  EXPECT_EQ(reply().masks[0].reached(0, 2, 2), 0.25);
  EXPECT_EQ(reply().masks[0].reached(1, 2, 2), 0.5);
  EXPECT_EQ(reply().to_message().body["masks"][1]["reached"], nlohmann::json({0.0, 1.0}));
}

TEST(Messages, RefuseWhatDoesNotFit) {
  const auto broken = [](const std::function<void(Message&)>& change) {
    Message message = reply().to_message();
    change(message);
    const auto read = LaboratoryReply::from_message(message);
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().message;
  };
  EXPECT_THAT(broken([](Message& m) { m.body.erase("rows"); }), HasSubstr("rows"));
  EXPECT_THAT(broken([](Message& m) { m.body["rows"] = 3; }), HasSubstr("masks0"));
  EXPECT_THAT(broken([](Message& m) { m.arrays.erase(m.arrays.begin()); }), HasSubstr("global"));
  EXPECT_THAT(broken([](Message& m) { m.body["local"]["crops"][0]["box"] = {1, 2, 3}; }), HasSubstr("local"));
  EXPECT_THAT(broken([](Message& m) { m.body["local"]["crops"][0]["jitter"][0]["operation"] = 9; }),
              HasSubstr("local"));
  EXPECT_THAT(broken([](Message& m) { m.body["teacher"]["crops"].erase(0); }), HasSubstr("teacher"));
  EXPECT_THAT(broken([](Message& m) { m.body = nlohmann::json::array(); }), HasSubstr("cannot be read"));
  Message request = LaboratoryRequest{}.to_message();
  request.body["index"] = -1;
  EXPECT_FALSE(LaboratoryRequest::from_message(request));
  request = LaboratoryRequest{}.to_message();
  request.body["recipe"] = 5;
  EXPECT_FALSE(LaboratoryRequest::from_message(request));
}

TEST(Messages, HistogramCountsEveryShareOnce) {
  RatioHistogram histogram;
  histogram.plugin = "block";
  for (const double share : {0.0, 0.0, 0.02, 0.3, 0.7, 1.0}) histogram.add(share);
  EXPECT_EQ(histogram.draws, 6);
  EXPECT_EQ(histogram.whole, 2);
  EXPECT_EQ(histogram.counts[0], 2);
  EXPECT_EQ(histogram.counts[1], 1);
  EXPECT_EQ(histogram.counts[15], 1);
  EXPECT_EQ(histogram.counts[35], 1);
  EXPECT_EQ(histogram.counts[49], 1);
  EXPECT_NEAR(histogram.mean, 2.02 / 6, 1e-12);
  const HistogramReply said{{histogram}};
  EXPECT_EQ(HistogramReply::from_message(travelled(said.to_message())).value(), said);
  const HistogramRequest request{
      .recipe = {"a: 1", "", {}}, .seed = 2, .epoch = 1, .beside = "none", .draws = 64};
  EXPECT_EQ(HistogramRequest::from_message(travelled(request.to_message())).value(), request);
  Message greedy = request.to_message();
  greedy.body["draws"] = 1e12;
  EXPECT_FALSE(HistogramRequest::from_message(greedy));
}

TEST(Messages, HelloSaysWhoSpeaks) {
  Hello hello{kProtocolVersion, "0.1.0", {{"masking", "block", "1.0.0"}, {"loss", "koleo", "2.0.0"}}};
  EXPECT_EQ(Hello::from_message(travelled(hello.to_message())).value(), hello);
  hello.protocol = 99;
  EXPECT_EQ(Hello::from_message(hello.to_message()).error().code, base::ErrorCode::Incompatible);
}

TEST(Messages, ErrorsKeepTheirCode) {
  const base::Error error{base::ErrorCode::Corrupt, "cut off", "all of it", "Copy it again"};
  const base::Error back = error_of(travelled(error_message(3, error)));
  EXPECT_EQ(back.code, error.code);
  EXPECT_EQ(back.to_text(), error.to_text());
  EXPECT_TRUE(is_superseded(travelled(superseded_message(3))));
  EXPECT_FALSE(is_superseded(cancelled_message(3)));
  Message nothing;
  nothing.kind = MessageKind::Error;
  EXPECT_FALSE(error_of(nothing).message.empty());
}

}  // namespace
}  // namespace ibot::protocol
