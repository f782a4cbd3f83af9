// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/protocol/agreement_record.h>
#include <ibot/protocol/attention.h>
#include <ibot/protocol/cka_matrix.h>
#include <ibot/protocol/clusters.h>
#include <ibot/protocol/comparison.h>
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/prototypes.h>
#include <ibot/protocol/similarity.h>
#include <ibot/protocol/wall.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>

namespace ibot::protocol {
namespace {

using testing::HasSubstr;

// Through the bytes of a frame, as in earnest.
template <class Typed>
Typed travelled(const Typed& value) {
  FrameReader reader;
  reader.feed(encode(value.to_message()).value());
  return Typed::from_message(reader.next().value().value()).value();
}

NetworkChoice choice() {
  return {.workspace = "ws",
          .run = "a1",
          .step = 400,
          .network = "student",
          .untrained = true,
          .weights = "w.safetensors",
          .recipe = "r.yaml",
          .mean = 0.5,
          .std = 0.25};
}

PictureChoice picture_choice() {
  return {.file = "a.jpg", .probe = "p", .size = 224, .fit = PictureChoice::Fit::Whole};
}

SeenNetwork network() {
  return {.run = "a1",
          .name = "demo",
          .network = "teacher",
          .source = "snapshot",
          .step = 48'000,
          .saved = 1'700'000'000'000'000,
          .backbone = "vit",
          .depth = 2,
          .heads = 3,
          .dim = 192,
          .patch = 16,
          .prefix = 5,
          .prototypes = 3};
}

SeenPicture seen(int rows, int columns, bool pixels) {
  SeenPicture picture{
      .name = "a.jpg", .width = 2, .height = 3, .rows = rows, .columns = columns, .pixels = {}};
  if (pixels) picture.pixels.assign(18, 7);
  return picture;
}

AttentionReply attention() {
  return {.network = network(),
          .picture = seen(1, 2, true),
          .layer = 2,
          .heads = 3,
          .queries = {{}, {0, 1}},
          .attention = {0, .1F, .2F, .3F, .4F, .5F, .6F, .7F, .8F, .9F, 1, .5F},
          .prefix = std::vector<float>(30, 0.01F),
          .entropy = std::vector<float>(6, 0.3F),
          .distance = std::vector<float>(6, 12)};
}

TEST(Views, ComeBackAsTheyWere) {
  EXPECT_EQ(travelled(NetworkRequest{choice()}), NetworkRequest{choice()});
  EXPECT_EQ(travelled(NetworkReply{network(), false, true}), (NetworkReply{network(), false, true}));
  const AttentionRequest ask{choice(), picture_choice(), 3, {{}, {2, 5}}, true};
  EXPECT_EQ(travelled(ask), ask);
  EXPECT_EQ(travelled(attention()), attention());
  const SimilarityRequest similar{{choice(), {}}, {picture_choice()}, {1, 2}, {4, true}, 5, true};
  EXPECT_EQ(travelled(similar), similar);
  const SimilarityReply maps{.networks = {network(), network()},
                             .pictures = {seen(1, 2, true), seen(2, 2, false)},
                             .patch = {0, 1},
                             .tokens = {12, false},
                             .maps = {{1, -1}, {0, 0, .5F, .25F}, {.1F, .2F}, {.3F, .4F, .5F, .6F}},
                             .matches = {{{1, 0, 1, 0.75}}, {}},
                             .left_out = {{2, "c.png", "cut off"}}};
  EXPECT_EQ(travelled(maps), maps);
  EXPECT_EQ(maps.map(1, 0).front(), .1F);
  CorrespondenceRequest match{
      .network = choice(), .first = picture_choice(), .most = 9, .foreground = true, .pixels = false};
  EXPECT_EQ(travelled(match), match);
  match.draw = 7;
  EXPECT_EQ(travelled(match), match);
  CorrespondenceReply lines{.network = network(),
                            .pictures = {seen(2, 2, false), seen(1, 1, true)},
                            .tokens = {2, true},
                            .lines = {{{1, 1}, {0, 0}, 0.5}},
                            .mutual = 3};
  EXPECT_EQ(travelled(lines), lines);
  lines.lines[0].off = 0.25;
  lines.views = {.draw = 7, .shared = 2, .right = 1, .chance = 0.125};
  for (std::size_t i = 0; i < 2; ++i)
    lines.views->crops[i] = {.size = lines.pictures[i].width, .box = {1, 2, 3, 4}, .flip = i == 1};
  EXPECT_EQ(travelled(lines), lines);
}

TEST(Views, OfManyPatchesComeBackAsTheyWere) {
  ClustersRequest clusters{.network = choice(), .pictures = {picture_choice()}};
  clusters.foreground = Foreground::Attention;
  clusters.aligned_to = choice();
  EXPECT_EQ(travelled(clusters), clusters);
  const ClustersReply found{.network = network(),
                            .pictures = {seen(1, 2, false), seen(1, 1, false)},
                            .tokens = {2, false},
                            .clusters = 2,
                            .labels = {{0, 255}, {1}},
                            .components = {{1, 2, 3, 4, 5, 6}, {7, 8, 9}},
                            .explained = {0.5, 0.25, 0.125},
                            .sizes = {1, 1},
                            .nearest = {{{0, 0, 0, 0.5}}, {}},
                            .purity = {0.75, -1},
                            .masked_pictures = 1,
                            .left_out = {{0, "a.png", "gone"}}};
  EXPECT_EQ(travelled(found), found);
  const EmbeddingRequest plane{.network = choice(), .pictures = {picture_choice()}, .perplexity = 12.5};
  EXPECT_EQ(travelled(plane), plane);
  const EmbeddingReply points{.network = network(),
                              .pictures = {seen(1, 2, false)},
                              .tokens = {1, false},
                              .points = {0, 1, 2, 3},
                              .places = {0, 0, 0, 0, 0, 1},
                              .labels = {1, 0},
                              .objective = 0.75,
                              .patches = 2,
                              .left_out = {{1, "b.png", "gone"}}};
  EXPECT_EQ(travelled(points), points);
  PrototypesRequest prototypes{.network = choice(), .folder = "photos", .picture = picture_choice()};
  prototypes.beside = choice();
  EXPECT_EQ(travelled(prototypes), prototypes);
  const PrototypesReply cards{.network = network(),
                              .seen = 2,
                              .total = 9,
                              .patches = 8,
                              .size = 96,
                              .counts = {5, 3, 0},
                              .dead = 1,
                              .cards = {{1, 3, {{4, 0, 1, 0.5}}}},
                              .side = 2,
                              .crops = std::vector<std::uint8_t>(12, 9),
                              .most = 1,
                              .picture = seen(1, 2, true),
                              .chosen = {2, 0},
                              .strength = {0.25F, 0.5F},
                              .overlap = 0.5,
                              .overlap_chance = 0.25};
  EXPECT_EQ(travelled(cards), cards);
  PrototypesReply paired = cards;
  paired.beside = network();
  paired.partners = {{7, 4, 2}};
  paired.partner_crops.assign(12, 8);
  EXPECT_EQ(travelled(paired), paired);
  paired.partners.push_back({});
  paired.partner_crops.assign(24, 8);
  EXPECT_THAT(PrototypesReply::from_message(paired.to_message()).error().to_text(), HasSubstr("partners"));
}

TEST(Views, OfPrototypesOverTimeComeBackAsTheyWere) {
  const PrototypeDriftRequest ask{.moments = {choice(), {}}, .folder = "photos", .prototype = 3};
  EXPECT_EQ(travelled(ask), ask);
  PrototypeDriftReply drift{.moments = {network(), network(), network()},
                            .last = network(),
                            .seen = 30,
                            .total = 40,
                            .patches = 90,
                            .used = {0.5, 0.75, 1},
                            .stays = {0.25, 0.5},
                            .stays_chance = {0.125, 0.0625},
                            .as_last = {0, 0.5, 1},
                            .cosine = {-0.5, 0.5},
                            .cosine_last = {0, 0.5, 1}};
  EXPECT_EQ(travelled(drift), drift);
  drift.own_share = {0, 0.5, 0.25};
  drift.own_stays = {1, 0};
  drift.own_cosine_last = {0.5, 0.5, 1};
  EXPECT_EQ(travelled(drift), drift);
  EXPECT_EQ(travelled(PrototypeDriftReply{.last = network()}), PrototypeDriftReply{.last = network()});
  drift.stays.push_back(0.5);
  EXPECT_THAT(PrototypeDriftReply::from_message(drift.to_message()).error().to_text(), HasSubstr("stays"));
}

TEST(Views, OfWeightsAgainstOthersComeBackAsTheyWere) {
  const PredictionRequest predict{choice(), picture_choice(), 1, 2, {1, 0}, 3, 4, true};
  EXPECT_EQ(travelled(predict), predict);
  const PredictionReply said{.network = network(),
                             .picture = seen(1, 2, false),
                             .mask = {1, 0},
                             .student = {2, -1},
                             .teacher = {2, 1},
                             .student_probability = {.5F, 0},
                             .teacher_probability = {.25F, .75F},
                             .cosine = {.9F, 0},
                             .nearest = {1, -1},
                             .agreement = 1,
                             .cross_entropy = 2,
                             .uniform = 3,
                             .distance = 0.5,
                             .stand_in = true};
  EXPECT_EQ(travelled(said), said);
  const NormsRequest norms{choice(), {picture_choice()}, 2, 5, true};
  EXPECT_EQ(travelled(norms), norms);
  const NormsReply lengths{network(), {seen(1, 2, false)}, 2, {{3, 90}}, 4, 20, 1, 2, {{0, "a", "gone"}}};
  EXPECT_EQ(travelled(lengths), lengths);
  EXPECT_EQ(lengths.rate(), 0.5);
  const CkaRequest cka{{choice(), {picture_choice()}}, {{}, {picture_choice()}}, true};
  EXPECT_EQ(travelled(cka), cka);
  const CkaReply likeness{network(), network(), 392, {1, .5F, .25F, 1}, {{3, "a", "gone"}}, 2, 192};
  EXPECT_EQ(travelled(likeness), likeness);
  const CkaMatrixRequest matrix{{choice(), choice()}, {picture_choice()}, 2, true, true};
  EXPECT_EQ(travelled(matrix), matrix);
  const CkaMatrixReply likenesses{{network(), network()}, 2, 392, {1, .5F, .5F, 1},
                                  {{3, "a", "gone"}},     2, 192};
  EXPECT_EQ(travelled(likenesses), likenesses);
  const AgreementRequest agree{.networks = {choice()}, .pictures = "p", .masks = "m"};
  EXPECT_EQ(travelled(agree), agree);
  const AgreementReply figures{
      100, 230, 9000, 0.25, {{network(), 0.5, 0.4, 0.3, 0.2, 0.6, 0.1, 192}}, 1, {{7, "a.png", "cut off"}}};
  EXPECT_EQ(travelled(figures), figures);
}

TEST(Views, RefuseWhatDoesNotFit) {
  const auto broken = [](const std::function<void(Message&)>& change) {
    Message message = attention().to_message();
    change(message);
    const auto read = AttentionReply::from_message(message);
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().to_text();
  };
  EXPECT_THAT(broken([](Message& m) { m.body["heads"] = 4; }), HasSubstr("attention"));
  EXPECT_THAT(broken([](Message& m) { m.body["pictures"][0]["rows"] = 1 << 30; }), HasSubstr("rows"));
  EXPECT_THAT(broken([](Message& m) { m.body["pictures"].clear(); }), HasSubstr("pictures"));
  EXPECT_THAT(broken([](Message& m) { m.body["pictures"][0]["width"] = 5; }), HasSubstr("pixels"));
  EXPECT_THAT(broken([](Message& m) { m.body["queries"].clear(); }), HasSubstr("queries"));
  EXPECT_THAT(broken([](Message& m) { m.body["network"]["depth"] = "two"; }), HasSubstr("depth"));
  EXPECT_THAT(broken([](Message& m) {
                const float odd = std::numeric_limits<float>::quiet_NaN();
                std::memcpy(m.arrays[1].bytes.data(), &odd, sizeof odd);
              }),
              HasSubstr("finite"));
  Message request = AttentionRequest{choice(), picture_choice(), 0, {{}}, false}.to_message();
  request.body["picture"]["size"] = 100'000;
  EXPECT_THAT(AttentionRequest::from_message(request).error().to_text(), HasSubstr("4096"));
  request = SimilarityRequest{{choice()}, {picture_choice()}, {}, {}, 0, false}.to_message();
  request.body["networks"].clear();
  EXPECT_FALSE(SimilarityRequest::from_message(request));
  request = ClustersRequest{.network = choice(), .pictures = {picture_choice()}}.to_message();
  request.body["foreground"] = "some";
  EXPECT_THAT(ClustersRequest::from_message(request).error().to_text(), HasSubstr("component"));
  ClustersReply pure{.network = network(),
                     .pictures = {seen(1, 1, false)},
                     .tokens = {2, false},
                     .clusters = 1,
                     .labels = {{0}},
                     .components = {{1, 2, 3}},
                     .purity = {0.5, 0.5}};
  EXPECT_THAT(ClustersReply::from_message(pure.to_message()).error().to_text(), HasSubstr("purity"));
}

TEST(Views, OfSeveralNetworksComeBackAsTheyWere) {
  WallRequest ask{.networks = {choice(), {}}, .pictures = {picture_choice()}, .layer = 2, .head = 3};
  EXPECT_EQ(travelled(ask), ask);
  ask.map = WallRequest::Map::Similarity;
  ask.patch = {1, 2};
  EXPECT_EQ(travelled(ask), ask);
  const WallReply wall{.networks = {network(), network()},
                       .pictures = {seen(1, 2, true), seen(2, 2, false)},
                       .map = WallRequest::Map::Similarity,
                       .patch = {1, 0},
                       .clicked = 1,
                       .maps = {{1, -1}, {0, 0, .5F, .25F}, {.1F, .2F}, {.3F, .4F, .5F, .6F}},
                       .left_out = {{0, "c.png", "cut off"}}};
  EXPECT_EQ(travelled(wall), wall);
  EXPECT_EQ(wall.cell(1, 0).back(), .2F);
  WallReply with_gaps = wall;
  with_gaps.gaps = {{0, "id-a", "a", "teacher", -1, "no weights kept"}, {3, "id-b", "b", "teacher", 400, ""}};
  EXPECT_EQ(travelled(with_gaps), with_gaps);
  for (const std::int64_t place : {std::int64_t{0}, std::int64_t{4}}) {
    with_gaps.gaps.back().place = place;  // of another one, or beyond all of them
    EXPECT_THAT(WallReply::from_message(with_gaps.to_message()).error().to_text(), HasSubstr("gaps"));
  }
  Message outside = wall.to_message();
  outside.body["clicked"] = 0;  // a picture of one row
  EXPECT_THAT(WallReply::from_message(outside).error().to_text(), HasSubstr("patch"));
  Message other = ask.to_message();
  other.body["map"] = "norms";
  EXPECT_THAT(WallRequest::from_message(other).error().to_text(), HasSubstr("attention or similarity"));
}

TEST(Views, MomentsLieAtEvenSharesOfALife) {
  using testing::ElementsAre;
  EXPECT_THAT(even_moments({0, 10, 40, 55, 100}, 3), ElementsAre(0, 55, 100));
  EXPECT_THAT(even_moments({100, 0}, 4), ElementsAre(0, 100));
  EXPECT_THAT(even_moments({3, 8, 12}, 1), ElementsAre(12));
  EXPECT_TRUE(even_moments({}, 4).empty());
}

TEST(Views, AgreementIsKeptInARecordAndKnownAgain) {
  AgreementRequest request{.networks = {choice()}, .pictures = "photos", .masks = "masks", .limit = 100};
  AgreementReply reply{.pictures = 9, .regions = 20, .patches = 300, .box_iou = 0.25};
  AgreementReply::Figures figures{
      .network = network(), .click_iou = 0.5, .attention_jaccard = 0.375, .purity = 0.75, .nmi = 0.125};
  reply.networks = {figures};
  const auto named = named_figures(reply, 0);
  ASSERT_EQ(named.size(), 5U) << "there were no matches";
  EXPECT_EQ(named[3], (NamedFigure{network().network, "nmi", network().step, 0.125}));
  EXPECT_EQ(named[4], (NamedFigure{"centred_box", "click_iou", network().step, 0.25}));
  AgreementReply::Figures again{.network = network()};
  for (const NamedFigure& each : named) {
    if (each.network == "centred_box") continue;
    EXPECT_TRUE(set_figure(again, each.metric, each.value));
  }
  EXPECT_EQ(again, figures);
  EXPECT_FALSE(set_figure(again, "loss", 1));
  reply.networks[0].network.source = "untrained";
  EXPECT_EQ(named_figures(reply, 0)[0], (NamedFigure{"untrained", "click_iou", 0, 0.5}));
  const auto rows = agreement_rows(request, reply, 0, 77);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[4].network, "centred_box");
  EXPECT_EQ(rows[4].metric, "click_iou");
  EXPECT_EQ(rows[4].value, 0.25);
  EXPECT_EQ(rows[0].protocol, kAgreementProtocol);
  EXPECT_EQ(rows[0].step, 0);
  EXPECT_EQ(rows[0].time, 77);
  EXPECT_EQ(rows[0].settings_json, agreement_settings(request, reply));

  const std::string settings = agreement_settings(request, reply);
  request.networks = {};  // whose figures they are stands beside
  const auto seen = seen_under(settings, request);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->regions, 20);
  EXPECT_EQ(seen->patches, 300);
  request.limit = 99;
  EXPECT_FALSE(seen_under(settings, request)) << "another question";
  for (const char* nonsense : {"", "[]", "{}", "{\"seen\": 4}"}) EXPECT_FALSE(seen_under(nonsense, request));
}

TEST(Views, NameThePicturesThatAreLeftOut) {
  std::vector<LeftOut> left_out;
  EXPECT_EQ(names_of(left_out), "");
  for (const char* name : {"a", "b", "c", "d", "e"}) left_out.push_back({0, name, ""});
  EXPECT_EQ(names_of(left_out), "a, b, c and 2 more");
  left_out.resize(3);
  EXPECT_EQ(names_of(left_out), "a, b and c");
  left_out.resize(2);
  EXPECT_EQ(names_of(left_out), "a and b");
  left_out.resize(1);
  EXPECT_EQ(names_of(left_out), "a");
}

TEST(Views, SayTheMomentOfANetwork) {
  EXPECT_EQ(network().moment(), "teacher \u00b7 step 48,000");
  SeenNetwork other = network();
  other.source = "untrained";
  EXPECT_EQ(other.moment(), "untrained");
  other.source = "weights";
  other.run.clear();
  EXPECT_EQ(other.moment(), "demo");
}

}  // namespace
}  // namespace ibot::protocol
