// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/drawing/view_figures.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace ibot::drawing {
namespace {

protocol::SeenNetwork network() {
  return {.run = "20261127-1",
          .name = "demo",
          .network = "teacher",
          .source = "snapshot",
          .step = 48'000,
          .saved = 0,
          .backbone = "vit",
          .depth = 2,
          .heads = 2,
          .dim = 8,
          .patch = 4,
          .prefix = 1,
          .prototypes = 3};
}

protocol::SeenPicture picture() {
  return {.name = "a.jpg",
          .width = 12,
          .height = 8,
          .rows = 2,
          .columns = 3,
          .pixels = std::vector<std::uint8_t>(12 * 8 * 3, 120)};
}

std::string svg_of(const base::Result<figure::Figure>& figure) {
  EXPECT_TRUE(figure) << (figure ? std::string() : figure.error().to_text());
  const std::string svg = figure ? figure->to_svg().value() : std::string();
  EXPECT_TRUE(figure::well_formed(svg));
  return svg;
}

protocol::AttentionReply attention() {
  return {.network = network(),
          .picture = picture(),
          .layer = 2,
          .heads = 2,
          .queries = {{1, 2}},
          .attention = {.1F, .2F, .3F, .1F, .1F, .1F, .2F, .2F, .2F, .1F, .1F, .1F},
          .prefix = {.1F, .1F},
          .entropy = {1, 1.5F},
          .distance = {8, 9}};
}

TEST(ViewFigures, SayWhoMadeWhatIsSeen) {
  EXPECT_EQ(made_by(network()), "vit of run demo, teacher at step 48,000, from a snapshot");
  EXPECT_EQ(subtitle_of(network(), 2), "layer 2 of 2 \u00b7 teacher \u00b7 step 48,000");
  protocol::SeenNetwork file = network();
  file.run.clear();
  file.name = "w.safetensors";
  file.source = "weights";
  EXPECT_EQ(made_by(file), "vit of w.safetensors, 2 layers");
  file.source = "untrained";
  EXPECT_EQ(made_by(file), "vit of w.safetensors, untrained");
}

TEST(ViewFigures, AttentionShowsMassAndCompositeWhereTheyAreAsked) {
  const std::string plain = svg_of(draw_attention(attention(), {}));
  const std::string mass = svg_of(draw_attention(attention(), {.look = {}, .mass = 0.6, .composite = false}));
  const std::string both = svg_of(draw_attention(attention(), {.look = {}, .mass = 0.6, .composite = true}));
  EXPECT_NE(plain, mass);
  EXPECT_NE(mass, both);
  // Headless and window call this one function: the same bytes for the same answer.
  EXPECT_EQ(svg_of(draw_attention(attention(), {})), plain);
  const Look dark{figure::Theme::Dark, figure::Upsampling::Smooth};
  EXPECT_NE(svg_of(draw_attention(attention(), {.look = dark, .mass = 0, .composite = false})), plain);
}

TEST(ViewFigures, OfEveryViewAreWhole) {
  const std::vector<float> map = {1, .5F, 0, -.25F, .75F, .1F};
  svg_of(draw_similarity({.networks = {network(), network()},
                          .pictures = {picture()},
                          .patch = {0, 0},
                          .tokens = {2, false},
                          .maps = {map, map},
                          .matches = {{}, {}}},
                         {}));
  protocol::CorrespondenceReply lines{.network = network(),
                                      .pictures = {picture(), picture()},
                                      .tokens = {2, true},
                                      .lines = {{{0, 0}, {1, 2}, 0.5}},
                                      .mutual = 4};
  EXPECT_EQ(svg_of(draw_correspondence(lines, true, {})).find("both views"), std::string::npos);
  lines.lines[0].off = 2;
  lines.views = {.shared = 3, .right = 2, .chance = 0.25};
  EXPECT_EQ(
      views_sentence(lines),
      " Of the 3 pairs whose first patch is in both views, 2 are right, at most one patch off (66.7 %; any "
      "patch: 25 %); all other lines are dashed.");
  EXPECT_NE(svg_of(draw_correspondence(lines, true, {})).find("stroke-dasharray"), std::string::npos);
  const protocol::ClustersReply clusters{.network = network(),
                                         .pictures = {picture()},
                                         .tokens = {2, false},
                                         .clusters = 2,
                                         .labels = {{0, 1, 255, 0, 1, 1}},
                                         .components = {std::vector<std::uint8_t>(18, 130)},
                                         .explained = {0.5, 0.25, 0.125},
                                         .sizes = {2, 3},
                                         .nearest = {}};
  EXPECT_NE(svg_of(draw_clusters(clusters, {})), svg_of(draw_components(clusters, {})));
  protocol::ClustersReply pure = clusters;
  pure.purity = {0.9, -1};
  pure.masked_pictures = 1;
  EXPECT_NE(svg_of(draw_clusters(pure, {})), svg_of(draw_clusters(clusters, {})));
  protocol::EmbeddingReply points{.network = network(),
                                  .pictures = {picture()},
                                  .tokens = {2, false},
                                  .points = {0, 0, 1, 2, -3, 1},
                                  .places = {0, 0, 0, 0, 1, 1, 0, 1, 2},
                                  .labels = {1, 0, 1},
                                  .objective = 0.5,
                                  .patches = 6};
  const std::string plane = svg_of(draw_embedding(points, 30, {}));
  points.left_out = {{1, "broken.png", "cut off"}};
  EXPECT_NE(svg_of(draw_embedding(points, 30, {})), plane) << "its name stands in the caption";
  protocol::PrototypesReply cards;
  cards.network = network();
  cards.seen = cards.total = 1;
  cards.counts = {4, 2, 0};
  cards.dead = 1;
  cards.cards = {{0, 4, {{0, 1, 1, 0.5}}}, {1, 2, {}}};
  cards.side = 12;
  cards.most = 2;
  cards.crops.assign(2 * 2 * 12 * 12 * 3, 90);
  const std::string answers = svg_of(draw_prototypes(cards, {}));
  protocol::PrototypesReply paired = cards;
  paired.beside = network();
  paired.partners = {{2, 5, 3}, {}};
  paired.partner_crops = paired.crops;
  EXPECT_NE(svg_of(draw_prototypes(paired, {})), answers) << "partners stand beside";
  svg_of(draw_norms({.network = network(),
                     .pictures = {picture()},
                     .layer = 1,
                     .norms = {{1, 2, 1, 1, 90, 1}},
                     .median = 1,
                     .threshold = 5,
                     .outliers = 1,
                     .patches = 6},
                    6, {}));
  svg_of(draw_cka({network(), network(), 12, {1, .5F, .5F, 1}}, false, {}));
  protocol::PredictionReply predicted;
  predicted.network = network();
  predicted.picture = picture();
  predicted.mask = {1, 0, 0, 0, 1, 0};
  predicted.student = {2, -1, -1, -1, 0, -1};
  predicted.teacher = {2, 1, 1, 0, 1, 2};
  predicted.cosine = {.9F, 0, 0, 0, .3F, 0};
  EXPECT_EQ(prototype_order(predicted), (std::vector<std::int64_t>{1, 2, 0}));
  const std::string of_student = svg_of(draw_prediction(predicted, {}));
  predicted.stand_in = true;
  EXPECT_NE(svg_of(draw_prediction(predicted, {})), of_student) << "the caption says which network it was";
}

TEST(ViewFigures, SayWhenAMomentWasSaved) {
  protocol::SeenNetwork saved = network();
  saved.saved = std::int64_t{1'795'838'400} * 1'000'000;
  EXPECT_EQ(made_by(saved),
            "vit of run demo, teacher at step 48,000, from a snapshot saved 2026-11-28T04:00:00Z");
}

TEST(ViewFigures, FewTokensAreWarnedOf) {
  const protocol::CkaReply enough{network(), network(), 8, {1, .5F, .5F, 1}};
  EXPECT_EQ(cka_warning(enough), "");
  protocol::CkaReply few = enough;
  few.samples = 3;
  EXPECT_NE(cka_warning(few).find("(3 and 8)"), std::string::npos) << cka_warning(few);
  EXPECT_NE(svg_of(draw_cka(few, true, {})), svg_of(draw_cka(enough, true, {})));
  protocol::CkaMatrixReply matrix{{network(), network(), network()}, 0, 8, {1, 1, 1, 1, 1, 1, 1, 1, 1}};
  EXPECT_EQ(cka_matrix_warning(matrix), "");
  const std::string drawn = svg_of(draw_cka_matrix(matrix, false, {}));
  matrix.samples = 3;
  EXPECT_NE(cka_matrix_warning(matrix).find("(3 and 8)"), std::string::npos);
  EXPECT_NE(svg_of(draw_cka_matrix(matrix, false, {})), drawn);
  matrix.values.pop_back();
  EXPECT_FALSE(draw_cka_matrix(matrix, false, {}));
}

TEST(ViewFigures, RunsAreNamedWhereSeveralAreCompared) {
  protocol::SeenNetwork other = network();
  protocol::SimilarityReply reply{.networks = {network(), other},
                                  .pictures = {picture()},
                                  .patch = {0, 0},
                                  .tokens = {2, false},
                                  .maps = {{1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}},
                                  .matches = {{}, {}}};
  const std::string alike = svg_of(draw_similarity(reply, {}));
  reply.networks[1].run = "20261127-2";
  EXPECT_NE(svg_of(draw_similarity(reply, {})), alike) << "two runs of one name";
  const std::string two = svg_of(draw_similarity(reply, {}));
  reply.matches = {{{0, 1, 2, 0.5}}, {}};
  EXPECT_NE(svg_of(draw_similarity(reply, {})), two) << "the best are outlined";
}

TEST(ViewFigures, PrototypesWithFewPatchesHaveFewTiles) {
  protocol::PrototypesReply cards;
  cards.network = network();
  cards.seen = cards.total = 1;
  cards.counts = {1, 0, 0};
  cards.cards = {{0, 1, {{0, 1, 1, 0.5}}}};
  cards.side = 12;
  cards.most = 2;
  cards.crops.assign(2 * 12 * 12 * 3, 90);
  const std::string one = svg_of(draw_prototypes(cards, {}));
  std::fill(cards.crops.begin() + 12 * 12 * 3, cards.crops.end(), std::uint8_t{0});
  EXPECT_EQ(svg_of(draw_prototypes(cards, {})), one) << "the black of a crop that is not there is not drawn";
}

TEST(ViewFigures, DriftIsDrawnOverTheMomentsThatAreReady) {
  protocol::PrototypeDriftReply drift{.moments = {network(), network(), network()}, .last = network()};
  drift.moments[0].step = 0;
  drift.moments[1].step = 400;
  drift.used = drift.as_last = drift.cosine_last = {0.1, 0.5, 1};
  drift.stays = drift.stays_chance = drift.cosine = {0.2, 0.3};
  const std::string all = svg_of(draw_prototype_drift(drift, -1, {}));
  drift.own_share = drift.own_cosine_last = {0, 0.5, 1};
  drift.own_stays = {0.25, 0.5};
  EXPECT_NE(svg_of(draw_prototype_drift(drift, 7, {})), all);
  EXPECT_EQ(draw_prototype_drift({}, -1, {}).error().code, base::ErrorCode::NotFound);
}

TEST(ViewFigures, NameWhatIsLeftOut) {
  EXPECT_EQ(left_out_sentence({}), "");
  EXPECT_EQ(left_out_sentence({{0, "a.png", "gone"}}), " Left out, because it cannot be read: a.png.");
  EXPECT_EQ(left_out_sentence({{0, "a.png", "gone"}, {1, "b.png", "gone"}}),
            " Left out, because they cannot be read: a.png and b.png.");
}

TEST(ViewFigures, AnswersWithoutPixelsAreRefusedInWords) {
  protocol::AttentionReply bare = attention();
  bare.picture.pixels.clear();
  EXPECT_EQ(draw_attention(bare, {}).error().code, base::ErrorCode::InvalidArgument);
  protocol::PredictionReply unseen;
  unseen.picture = bare.picture;
  EXPECT_EQ(draw_prediction(unseen, {}).error().code, base::ErrorCode::InvalidArgument);
  protocol::PrototypesReply none;
  EXPECT_FALSE(draw_prototypes(none, {}));
}

}  // namespace
}  // namespace ibot::drawing
