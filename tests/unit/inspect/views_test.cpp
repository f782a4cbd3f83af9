// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_fixture.h"

#include <ibot/inspect/attention.h>
#include <ibot/train/checkpoint.h>

#include <gmock/gmock.h>

#include <numeric>
#include <optional>

namespace ibot::inspect {
namespace {

using testing::HasSubstr;

TEST_F(ViewsTest, SayWhatNetworkAFileHolds) {
  const auto reply = views_.network({weights()});
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->network.name, "a.safetensors");
  EXPECT_EQ(reply->network.depth, 3);
  EXPECT_EQ(reply->network.heads, 2);
  EXPECT_EQ(reply->network.dim, 128);
  EXPECT_EQ(reply->network.patch, 8);
  EXPECT_EQ(reply->network.prefix, 1);
  EXPECT_TRUE(reply->attention);
}

TEST_F(ViewsTest, SayWhichBlockAFileLacks) {
  const auto whole = weights::TensorFile::open_safetensors(folder_ / "a.safetensors").value();
  const auto without = [&](const std::string& block) {
    std::vector<weights::TensorView> kept;
    for (const weights::TensorView& tensor : whole.tensors())
      if (tensor.name.find(block) == std::string::npos) kept.push_back(tensor);
    EXPECT_TRUE(weights::write_safetensors(folder_ / "gap.safetensors", kept, {{"heads", "2"}}));
    return views_.network({weights("gap.safetensors")});
  };
  for (const char* block : {"blocks.0.", "blocks.1."}) {
    const auto refused = without(block);
    ASSERT_FALSE(refused) << block;
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
    EXPECT_THAT(refused.error().to_text(), HasSubstr("no tensor " + std::string(block)));
  }
  const auto shorter = without("blocks.2.");
  ASSERT_TRUE(shorter) << shorter.error().to_text();
  EXPECT_EQ(shorter->network.depth, 2) << "a network of two blocks is one of its own";
}

TEST_F(ViewsTest, AttentionIsTheBackbonesOwnForEveryLayerAndQuery) {
  protocol::AttentionRequest request{weights(), picture(), 0, {{}, {2, 7}, {5, 11}}, true};
  for (const std::int64_t layer : {1, 2, 3}) {
    request.layer = layer;
    const auto reply = views_.attention(request);
    ASSERT_TRUE(reply) << reply.error().to_text();
    EXPECT_EQ(reply->picture.rows, 6);
    EXPECT_EQ(reply->picture.columns, 12);
    ASSERT_EQ(reply->picture.pixels.size(), 96U * 48U * 3U);
    image::Image seen(96, 48);
    std::copy(reply->picture.pixels.begin(), reply->picture.pixels.end(), seen.data());
    for (std::size_t i = 0; i < request.queries.size(); ++i) {
      const protocol::PatchPlace place = request.queries[i];
      const auto direct = attention_maps(*backbone_, {}, seen, layer - 1,
                                         place.row < 0 ? 0 : 1 + place.row * 12 + place.column);
      ASSERT_TRUE(direct);
      for (std::size_t head = 0; head < 2; ++head) {
        const std::vector<float> map = reply->map(i, head);
        for (std::size_t at = 0; at < map.size(); ++at)
          ASSERT_NEAR(map[at], direct->heads[head][at], 1e-6)
              << layer << " " << i << " " << head << " " << at;
        const double sum = std::accumulate(map.begin(), map.end(), 0.0);
        EXPECT_NEAR(sum + reply->prefix[i * 2 + head], 1, 1e-5);
        EXPECT_GT(reply->entropy[i * 2 + head], 0);
      }
    }
  }
}

TEST_F(ViewsTest, SimilarityIsOneAtTheClickedPatchAndTellsHalvesApart) {
  protocol::SimilarityRequest request;
  request.networks = {weights(), weights("b.safetensors")};
  request.pictures = {picture(), picture("green.png")};
  request.patch = {2, 2};
  request.best = 5;
  const auto reply = views_.similarity(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  ASSERT_EQ(reply->maps.size(), 4U);
  EXPECT_EQ(reply->tokens.layer, 3);
  for (std::size_t network = 0; network < 2; ++network) {
    EXPECT_NEAR(reply->map(network, 0)[2 * 12 + 2], 1, 1e-5);
    ASSERT_EQ(reply->matches[network].size(), 5U);
    EXPECT_EQ(reply->matches[network].front().picture, 1);
    EXPECT_GE(reply->matches[network][0].value, reply->matches[network][4].value);
  }
  EXPECT_NE(reply->map(0, 0), reply->map(1, 0));
  // The second time nothing is computed anew: the same to the bit.
  EXPECT_EQ(views_.similarity(request, job_)->maps, reply->maps);
}

TEST_F(ViewsTest, ClustersTellHalvesApartJointAndAlone) {
  protocol::ClustersRequest request{.network = weights(), .pictures = {picture(), picture("green.png")}};
  request.clusters = 3;
  request.nearest = 4;
  for (const bool joint : {true, false}) {
    request.joint = joint;
    const auto reply = views_.clusters(request, job_);
    ASSERT_TRUE(reply) << reply.error().to_text();
    ASSERT_EQ(reply->labels.size(), 2U);
    EXPECT_EQ(reply->labels[0].size(), 72U);
    EXPECT_EQ(reply->components[1].size(), 216U);
    EXPECT_EQ(std::accumulate(reply->sizes.begin(), reply->sizes.end(), std::int64_t{0}), 144);
    EXPECT_EQ(reply->explained.size(), 3U);
    EXPECT_EQ(reply->nearest.size(), joint ? 3U : 0U);
    // What is asked twice is answered alike.
    EXPECT_EQ(*views_.clusters(request, job_), *reply);
  }
}

TEST_F(ViewsTest, ClustersLeaveOutTheBackground) {
  protocol::ClustersRequest request{.network = weights(), .pictures = {picture()}};
  request.clusters = 2;
  for (const auto rule : {protocol::Foreground::Component, protocol::Foreground::Attention}) {
    request.foreground = rule;
    const auto reply = views_.clusters(request, job_);
    ASSERT_TRUE(reply) << reply.error().to_text();
    const auto outside =
        std::count(reply->labels[0].begin(), reply->labels[0].end(), protocol::ClustersReply::kBackground);
    EXPECT_GT(outside, 0);
    EXPECT_LT(outside, 72);
    for (std::size_t i = 0; i < 72; ++i)
      EXPECT_EQ(reply->labels[0][i] == protocol::ClustersReply::kBackground,
                reply->components[0][3 * i] == 0);
  }
}

TEST_F(ViewsTest, ClustersAlignedToThemselvesStay) {
  protocol::ClustersRequest request{.network = weights(), .pictures = {picture(), picture("green.png")}};
  const auto before = views_.clusters(request, job_);
  ASSERT_TRUE(before);
  request.aligned_to = weights();
  const auto after = views_.clusters(request, job_);
  ASSERT_TRUE(after) << after.error().to_text();
  EXPECT_EQ(after->labels, before->labels);
  EXPECT_EQ(after->components, before->components);
}

TEST_F(ViewsTest, EmbeddingIsATableOfPatchesAndCanBeCancelled) {
  protocol::EmbeddingRequest request{.network = weights(), .pictures = {picture(), picture("green.png")}};
  request.points = 50;
  request.iterations = 40;
  request.perplexity = 10;
  request.clusters = 3;
  const auto reply = views_.embedding(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->points.size(), 100U);
  EXPECT_EQ(reply->places.size(), 150U);
  EXPECT_EQ(reply->patches, 144);
  EXPECT_GT(reply->objective, 0);
  EXPECT_GT(job_.reports, 3);
  job_.stopped = true;
  EXPECT_EQ(views_.embedding(request, job_).error().code, ErrorCode::Cancelled);
}

TEST_F(ViewsTest, NormsCountWhatStandsOut) {
  protocol::NormsRequest request{.network = weights(), .pictures = {picture()}, .layer = 2, .factor = 0};
  const auto reply = views_.norms(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->patches, 72);
  EXPECT_EQ(reply->median, reply->threshold);
  EXPECT_NEAR(static_cast<double>(reply->outliers), 36, 1);
  request.factor = 1e6;
  EXPECT_EQ(views_.norms(request, job_)->outliers, 0);
}

TEST_F(ViewsTest, CkaIsOneOnTheDiagonalAndRefusesOtherPictures) {
  protocol::CkaRequest request;
  request.first = request.second = {weights(), {picture(), picture("green.png")}};
  const auto reply = views_.cka(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->samples, 144);
  for (std::size_t layer = 0; layer < 3; ++layer) EXPECT_NEAR(reply->values[layer * 4], 1, 1e-4);
  EXPECT_NEAR(reply->values[1], reply->values[3], 1e-5);
  EXPECT_LT(reply->values[2], 1);
  request.second.pictures = {picture("green.png"), picture()};
  const auto refused = views_.cka(request, job_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Incompatible);
  EXPECT_THAT(refused.error().to_text(), HasSubstr("red.png"));
  EXPECT_EQ(reply->pictures, 2);
  EXPECT_EQ(reply->longer_side, 96);
}

TEST_F(ViewsTest, CkaOfSeveralNetworksIsThatOfEachTwo) {
  protocol::CkaMatrixRequest request;
  request.networks = {weights(), weights("b.safetensors"), weights()};
  request.pictures = {picture(), picture("green.png")};
  const auto reply = views_.cka_matrix(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->networks[1].name, "b.safetensors");
  EXPECT_EQ(reply->samples, 144);
  EXPECT_EQ(reply->pictures, 2);
  EXPECT_EQ(reply->longer_side, 96);
  const auto pair =
      views_.cka({{request.networks[0], request.pictures}, {request.networks[1], request.pictures}}, job_);
  ASSERT_TRUE(pair) << pair.error().to_text();
  EXPECT_NEAR(reply->values[1], pair->values.back(), 1e-5) << "the last layers";
  EXPECT_EQ(reply->values[3], reply->values[1]);
  EXPECT_NEAR(reply->values[2], 1, 1e-4) << "with itself";
  EXPECT_EQ(reply->values[4], 1);
  EXPECT_LT(reply->values[1], 1);
  request.layer = 1;
  EXPECT_NEAR(views_.cka_matrix(request, job_)->values[1], pair->values.front(), 1e-5);
  request.layer = 9;
  EXPECT_THAT(views_.cka_matrix(request, job_).error().to_text(), HasSubstr("has 3 layers"));
  request.layer = 0;
  request.networks[1] = weights("coarse.safetensors");
  EXPECT_THAT(views_.cka_matrix(request, job_).error().to_text(),
              HasSubstr("patch grids of 6 x 12 and 3 x 6"));
  request.cls = true;
  EXPECT_TRUE(views_.cka_matrix(request, job_));
  request.networks.resize(1);
  EXPECT_EQ(views_.cka_matrix(request, job_).error().code, ErrorCode::InvalidArgument);
}

TEST_F(ViewsTest, CkaSaysWhenThePicturesDifferInSizeAlone) {
  protocol::CkaRequest request;
  request.first = request.second = {weights(), {picture()}};
  request.second.pictures[0].size = 64;
  const auto refused = views_.cka(request, job_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Incompatible);
  EXPECT_THAT(refused.error().to_text(), HasSubstr("seen at 96 x 48 px on one side and at 64 x 32 px"));
  EXPECT_THAT(refused.error().to_text(), HasSubstr("ask for 96 px"));
}

TEST_F(ViewsTest, FilesOfOneNameAreToldApartByTheirFolders) {
  for (const char* folder : {"a/x", "b/x", "c"}) {
    std::filesystem::create_directories(folder_ / folder);
    std::ofstream(folder_ / folder / "broken.png") << "no picture";
  }
  const auto norms = views_.norms(
      {.network = weights(),
       .pictures = {picture(), picture("a/x/broken.png"), picture("b/x/broken.png"), picture("c/broken.png")},
       .leave_out = true},
      job_);
  ASSERT_TRUE(norms) << norms.error().to_text();
  ASSERT_EQ(norms->left_out.size(), 3U);
  EXPECT_EQ(norms->left_out[0].name, "a/x/broken.png");
  EXPECT_EQ(norms->left_out[1].name, "b/x/broken.png");
  EXPECT_EQ(norms->left_out[2].name, "c/broken.png");
}

TEST_F(ViewsTest, OnePictureThatCannotBeReadIsLeftOutAndNamed) {
  std::ofstream(folder_ / "broken.png") << "no picture";
  const std::vector<PictureChoice> all = {picture(), picture("broken.png"), picture("green.png")};
  const auto clusters = views_.clusters(
      {.network = weights(), .pictures = all, .clusters = 2, .nearest = 1, .leave_out = true}, job_);
  ASSERT_TRUE(clusters) << clusters.error().to_text();
  EXPECT_EQ(clusters->pictures.size(), 2U);
  EXPECT_EQ(clusters->pictures[1].name, "green.png");
  ASSERT_EQ(clusters->left_out.size(), 1U);
  EXPECT_EQ(clusters->left_out[0].picture, 1);
  EXPECT_EQ(clusters->left_out[0].name, "broken.png");
  EXPECT_THAT(clusters->left_out[0].why, HasSubstr("broken.png"));
  const auto plane =
      views_.embedding({.network = weights(), .pictures = all, .tsne = false, .leave_out = true}, job_);
  ASSERT_TRUE(plane) << plane.error().to_text();
  EXPECT_EQ(plane->left_out.size(), 1U);
  const auto norms = views_.norms({.network = weights(), .pictures = all, .leave_out = true}, job_);
  ASSERT_TRUE(norms) << norms.error().to_text();
  EXPECT_EQ(norms->norms.size(), 2U);
  EXPECT_EQ(norms->left_out.size(), 1U);
  const auto cka = views_.cka(
      {.first = {weights(), all}, .second = {weights("b.safetensors"), all}, .leave_out = true}, job_);
  ASSERT_TRUE(cka) << cka.error().to_text();
  EXPECT_EQ(cka->left_out.size(), 1U);
  // On one side alone it would compare different pictures.
  EXPECT_EQ(views_
                .cka({.first = {weights(), all},
                      .second = {weights(), {picture(), picture("green.png")}},
                      .leave_out = true},
                     job_)
                .error()
                .code,
            ErrorCode::Incompatible);
  protocol::SimilarityRequest similar{{weights(), weights("b.safetensors")}, all, {1, 1}, {}, 0, false, true};
  const auto maps = views_.similarity(similar, job_);
  ASSERT_TRUE(maps) << maps.error().to_text();
  EXPECT_EQ(maps->maps.size(), 4U);
  EXPECT_EQ(maps->left_out.size(), 1U);
  std::swap(similar.pictures[0], similar.pictures[1]);
  EXPECT_THAT(views_.similarity(similar, job_).error().to_text(), HasSubstr("clicked picture"));
  // Whoever does not ask for it hears of the first.
  EXPECT_THAT(views_.norms({.network = weights(), .pictures = all}, job_).error().to_text(),
              HasSubstr("broken.png"));
  // None at all is an error, in the words of the first.
  EXPECT_THAT(
      views_.norms({.network = weights(), .pictures = {all[1]}, .leave_out = true}, job_).error().to_text(),
      HasSubstr("broken.png"));
}

TEST_F(ViewsTest, ClustersSayHowPureTheyAreWhereThereAreMasks) {
  protocol::ClustersRequest request{.network = weights(), .pictures = {picture()}, .clusters = 2};
  const auto without = views_.clusters(request, job_);
  ASSERT_TRUE(without) << without.error().to_text();
  EXPECT_TRUE(without->purity.empty());
  // Halves of the picture, as two regions.
  std::filesystem::create_directories(folder_ / "masks");
  write_picture("masks/red.png", {40, 0, 0}, {0, 80, 0}, 0);
  const auto beside = views_.clusters(request, job_);
  ASSERT_TRUE(beside) << beside.error().to_text();
  EXPECT_EQ(beside->masked_pictures, 1);
  ASSERT_EQ(beside->purity.size(), 2U);
  // k-means tells the halves apart (ClustersTellHalvesApartJointAndAlone).
  for (const double purity : beside->purity) EXPECT_EQ(purity, 1);
  // Of one region over everything every cluster is pure; of a corner alone some have nothing to say.
  std::ofstream(folder_ / "masks" / "green.txt") << "3 0 0 0.2 0 0.2 0.4 0 0.4\n";
  request.pictures = {picture("green.png")};
  const auto corner = views_.clusters(request, job_);
  ASSERT_TRUE(corner) << corner.error().to_text();
  EXPECT_THAT(corner->purity, testing::UnorderedElementsAre(1, -1));
}

TEST_F(ViewsTest, AgreementGoesOnWithoutAFileThatCannotBeRead) {
  for (const char* name : {"p/a.png", "p/b.png", "p/c.png", "m/a.png", "m/b.png", "m/c.png"}) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_picture(name, {220, 40, 40}, {40, 60, 200}, name[0] == 'm' ? 0 : 1);
  }
  protocol::AgreementRequest request{.networks = {weights(), weights("b.safetensors")},
                                     .pictures = (folder_ / "p").string(),
                                     .masks = (folder_ / "m").string(),
                                     .size = 96,
                                     .clusters = 2};
  const auto whole = views_.agreement(request, job_);
  ASSERT_TRUE(whole) << whole.error().to_text();
  EXPECT_EQ(whole->pictures, 3);
  EXPECT_EQ(whole->unreadable, 0);
  std::ofstream(folder_ / "p" / "b.png") << "no picture";
  std::ofstream(folder_ / "m" / "c.png") << "no mask";
  const auto less = views_.agreement(request, job_);
  ASSERT_TRUE(less) << less.error().to_text();
  EXPECT_EQ(less->pictures, 1);
  EXPECT_EQ(less->unreadable, 2) << "counted once, not once a network";
  ASSERT_EQ(less->left_out.size(), 2U);
  EXPECT_EQ(less->left_out[0].name, "b.png");
  EXPECT_EQ(less->left_out[1].picture, 2);
  EXPECT_EQ(less->networks.size(), 2U);
  EXPECT_EQ(less->networks[0].longer_side, 96);
  write_picture("m/b.png", {220, 40, 40}, {40, 60, 200}, 0, 47);
  write_picture("p/b.png", {220, 40, 40}, {40, 60, 200});
  const auto askew = views_.agreement(request, job_);
  ASSERT_TRUE(askew) << askew.error().to_text();
  EXPECT_THAT(askew->left_out[0].why, HasSubstr("a mask of 96 x 47 px"));
  std::ofstream(folder_ / "p" / "a.png") << "no picture";
  std::ofstream(folder_ / "p" / "b.png") << "no picture";
  const auto none = views_.agreement(request, job_);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().to_text(), HasSubstr("none of 3 pictures could be read"));
}

TEST_F(ViewsTest, AskHowManyHeadsAFileHas) {
  write_network("four.safetensors", 8, 1, "4");
  const auto four = views_.network({weights("four.safetensors")});
  ASSERT_TRUE(four) << four.error().to_text();
  EXPECT_EQ(four->network.heads, 4);
  write_network("silent.safetensors", 8, 1, "");
  const auto silent = views_.network({weights("silent.safetensors")});
  ASSERT_FALSE(silent) << "width 128 is nobody's standard";
  EXPECT_THAT(silent.error().to_text(), HasSubstr("how many heads"));
  write_network("odd.safetensors", 8, 1, "3");
  EXPECT_EQ(views_.network({weights("odd.safetensors")}).error().code, ErrorCode::Corrupt);
}

/// A run whose every step is one file.
class OneFile final : public ViewSources {
 public:
  base::Result<NetworkSource> network(const NetworkChoice& choice) override {
    if (choice.network == "student")
      return base::Error{ErrorCode::NotFound, "the run has no weights of the student", "", ""};
    NetworkSource source{*plan, file, false, {}};
    source.seen.run = source.seen.name = "small";
    source.seen.source = "snapshot";
    source.seen.step = 7;
    return source;
  }
  base::Result<EncodedPicture> probe(const NetworkChoice&, const std::string&) override {
    return base::Error{ErrorCode::NotFound, "no probe pictures", "", ""};
  }
  std::optional<plan::Plan> plan;
  std::filesystem::path file;
};

TEST_F(ViewsTest, TheTeacherStandsInForAStudentThatIsNotKept) {
  plan::PlanRequest request;
  request.plugins = plan::usable_plugins(loader_);
  request.text =
      "crops: {global: {size: 48}, local: {size: 16}}\nbackbone: {plugin: vit, dim: 64, depth: 2, heads: 2, "
      "patch: 8}\nhead: {out_dim: 32, patch_out_dim: 32, hidden_dim: 32, bottleneck_dim: 16, shared: true}\n"
      "mask: {plugin: block, ratio: [0.4], variance: [0.1]}\n";
  OneFile run;
  run.plan = plan::make_plan(request).plan;
  ASSERT_TRUE(run.plan);
  for (const auto kind : {plugin::Kind::Backbone, plugin::Kind::Masking})
    ASSERT_TRUE(loader_.load(kind, kind == plugin::Kind::Backbone ? "vit" : "block"));
  for (const plan::ResolvedSection& loss : run.plan->losses())
    ASSERT_TRUE(loader_.load(plugin::Kind::Loss, loss.plugin->id));
  const auto model = train::build_model(*run.plan, loader_.registry());
  ASSERT_TRUE(model) << model.error().to_text();
  run.file = folder_ / "snapshot.safetensors";
  ASSERT_TRUE(train::save_teacher_snapshot(run.file, **model, {.step = 7, .plan_hash = "", .run = "small"}));
  Views views(loader_, &run);
  protocol::PredictionRequest ask{.picture = picture(), .stand_in = true};
  ask.network.run = "small";
  protocol::PredictionRequest strict = ask;
  strict.stand_in = false;
  EXPECT_EQ(views.prediction(strict).error().code, ErrorCode::NotFound);
  const auto said = views.prediction(ask);
  ASSERT_TRUE(said) << said.error().to_text();
  EXPECT_TRUE(said->stand_in);
  EXPECT_EQ(said->network.network, "teacher");
  const auto masked = std::count(said->mask.begin(), said->mask.end(), 1);
  EXPECT_GT(masked, 0);
  EXPECT_EQ(std::count_if(said->student.begin(), said->student.end(), [](auto each) { return each >= 0; }),
            masked);
  // As earlier versions wrote them: the teacher alone.
  const auto file = weights::TensorFile::open_safetensors(run.file);
  ASSERT_TRUE(file);
  std::vector<weights::TensorView> teacher;
  for (const weights::TensorView& tensor : file->tensors()) {
    if (tensor.name.starts_with("teacher.")) teacher.push_back(tensor);
  }
  ASSERT_LT(teacher.size(), file->tensors().size());
  const std::filesystem::path bare = folder_ / "bare.safetensors";
  ASSERT_TRUE(weights::write_safetensors(bare, teacher, {}));
  run.file = bare;
  const auto refused = views.prediction(ask);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
  EXPECT_THAT(refused.error().to_text(), HasSubstr("the teacher at step 7 has no masked_embed"));
  EXPECT_THAT(refused.error().to_text(), HasSubstr("mask token"));
}

TEST_F(ViewsTest, RefuseInWordsWhatCannotBeLookedAt) {
  const auto error_of = [&](NetworkChoice network, PictureChoice shown, std::int64_t layer = 0,
                            protocol::PatchPlace query = {}) {
    const auto reply = views_.attention({network, shown, layer, {query}, false});
    EXPECT_FALSE(reply);
    return reply ? base::Error{} : reply.error();
  };
  EXPECT_EQ(error_of({}, picture()).code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error_of(weights("gone.safetensors"), picture()).code, ErrorCode::NotFound);
  EXPECT_EQ(error_of(weights("red.png"), picture()).code, ErrorCode::Corrupt);
  EXPECT_EQ(error_of(weights(), picture("gone.png")).code, ErrorCode::NotFound);
  EXPECT_NE(error_of(weights(), picture("a.safetensors")).code, ErrorCode::Internal);
  EXPECT_EQ(error_of(weights(), picture(), 9).code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error_of(weights(), picture(), 0, {6, 0}).code, ErrorCode::InvalidArgument);
  PictureChoice tiny = picture();
  tiny.size = 4;
  EXPECT_THAT(error_of(weights(), tiny).to_text(), HasSubstr("smaller than a patch"));
  write_picture("strip.png", {220, 40, 40}, {40, 60, 200}, 1, 5);
  EXPECT_THAT(error_of(weights(), picture("strip.png")).to_text(),
              HasSubstr("96 x 5 px, less than one patch"));
  PictureChoice vast = picture();
  vast.size = 4096;
  EXPECT_THAT(error_of(weights(), vast).to_text(), HasSubstr("262,144 tokens"));
  NetworkChoice unknown = weights();
  unknown.network = "uncle";
  EXPECT_EQ(error_of(unknown, picture()).code, ErrorCode::InvalidArgument);
  protocol::SimilarityRequest other{
      {weights(), weights("coarse.safetensors")}, {picture()}, {0, 0}, {}, 0, false};
  const auto grids = views_.similarity(other, job_);
  ASSERT_FALSE(grids);
  EXPECT_THAT(grids.error().to_text(), HasSubstr("patches of 16 px"));
  const auto head = views_.prototypes({.network = weights(), .folder = folder_.path().string()}, job_);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(views_.prediction({.network = weights(), .picture = picture()}).error().code,
            ErrorCode::Unsupported);
}

TEST_F(ViewsTest, WeightsThatAreReplacedOrGoneAreNoticed) {
  const protocol::AttentionRequest request{weights(), picture(), 0, {{}}, false};
  const auto before = views_.attention(request);
  ASSERT_TRUE(before);
  std::filesystem::copy_file(folder_ / "b.safetensors", folder_ / "a.safetensors",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::last_write_time(folder_ / "a.safetensors",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  const auto after = views_.attention(request);
  ASSERT_TRUE(after);
  EXPECT_NE(after->attention, before->attention);
  std::filesystem::remove(folder_ / "a.safetensors");
  EXPECT_EQ(views_.attention(request).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace ibot::inspect
