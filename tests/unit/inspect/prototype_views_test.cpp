// SPDX-License-Identifier: GPL-3.0-or-later
// Prototypes of networks beside each other and over time, on snapshots whose likeness is known: of one seed
// they are the same network, of two seeds strangers.
#include "views_fixture.h"

#include <ibot/train/checkpoint.h>

#include <gmock/gmock.h>

#include <map>
#include <numeric>

namespace ibot::inspect {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

/// Runs whose steps are files.
class Snapshots final : public ViewSources {
 public:
  base::Result<NetworkSource> network(const NetworkChoice& choice) override {
    const auto found = files.find({choice.run, choice.step});
    if (found == files.end()) return base::Error{ErrorCode::NotFound, "no such step", "", ""};
    NetworkSource source{found->second.first, found->second.second, false, {}};
    source.seen.run = source.seen.name = choice.run;
    source.seen.source = "snapshot";
    source.seen.step = choice.step;
    return source;
  }
  base::Result<EncodedPicture> probe(const NetworkChoice&, const std::string&) override {
    return base::Error{ErrorCode::NotFound, "no probe pictures", "", ""};
  }
  std::map<std::pair<std::string, std::int64_t>, std::pair<plan::Plan, std::filesystem::path>> files;
};

class PrototypeViews : public ViewsTest {
 protected:
  void SetUp() override {
    ViewsTest::SetUp();
    std::filesystem::create_directories(folder_ / "pictures");
    write_picture("pictures/a.png", {220, 40, 40}, {40, 60, 200});
    write_picture("pictures/b.png", {30, 200, 60}, {40, 60, 200}, 9);
    // Steps 0 and 4 are the same network.
    add("first", 0, 1, 32);
    add("first", 4, 1, 32);
    add("first", 8, 2, 32);
    add("second", 8, 3, 32);
    add("fewer", 8, 1, 16);
  }

  void add(const std::string& run, std::int64_t step, int seed, int prototypes) {
    plan::PlanRequest request;
    request.plugins = plan::usable_plugins(loader_);
    request.text = base::str(
        "seed: ", seed, "\ncrops: {global: {size: 48}, local: {size: 16}}\nbackbone: {plugin: vit, dim: 64, ",
        "depth: 2, heads: 2, patch: 8}\nhead: {out_dim: ", prototypes, ", patch_out_dim: ", prototypes,
        ", hidden_dim: 32, bottleneck_dim: 16, shared: true}\n");
    const auto made = plan::make_plan(request);
    ASSERT_TRUE(made.plan) << params::to_text(made.diagnostics);
    for (const auto& [kind, id] : {std::pair{plugin::Kind::Backbone, made.plan->backbone().plugin->id},
                                   std::pair{plugin::Kind::Masking, made.plan->mask().plugin->id}})
      ASSERT_TRUE(loader_.load(kind, id));
    for (const plan::ResolvedSection& loss : made.plan->losses())
      ASSERT_TRUE(loader_.load(plugin::Kind::Loss, loss.plugin->id));
    const auto model = train::build_model(*made.plan, loader_.registry());
    ASSERT_TRUE(model) << model.error().to_text();
    const auto file = folder_ / base::str(run, step, ".safetensors");
    ASSERT_TRUE(train::save_teacher_snapshot(file, **model, {.step = step, .plan_hash = "", .run = run}));
    snapshots_.files.insert({{run, step}, {*made.plan, file}});
  }

  static NetworkChoice at(const std::string& run, std::int64_t step) {
    NetworkChoice choice;
    choice.run = run;
    choice.step = step;
    return choice;
  }
  protocol::PrototypeDriftRequest drift() const {
    return {.moments = {at("first", 0), at("first", 4), at("first", 8)},
            .folder = (folder_ / "pictures").string(),
            .milliseconds = 0};
  }
  protocol::PrototypesRequest cards(const NetworkChoice& network) const {
    protocol::PrototypesRequest request;
    request.network = network;
    request.folder = (folder_ / "pictures").string();
    request.milliseconds = 0;
    request.cards = 32;
    request.strongest = 2;
    return request;
  }
  // The prototype of every patch, as the gallery sees the pictures.
  std::vector<std::int64_t> chosen(const NetworkChoice& network) {
    std::vector<std::int64_t> all;
    for (const char* name : {"pictures/a.png", "pictures/b.png"}) {
      protocol::PrototypesRequest request = cards(network);
      request.picture = PictureChoice{.file = (folder_ / name).string(), .probe = {}, .size = 96};
      const auto reply = run_.prototypes(request, job_);
      EXPECT_TRUE(reply) << reply.error().to_text();
      all.insert(all.end(), reply->chosen.begin(), reply->chosen.end());
    }
    return all;
  }

  Snapshots snapshots_;
  Views run_{loader_, &snapshots_};
};

TEST_F(PrototypeViews, DriftIsNoneBetweenTheSameWeightsAndAllBetweenStrangers) {
  const auto reply = run_.prototype_drift(drift(), job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->seen, reply->total);
  ASSERT_EQ(reply->moments.size(), 3U);
  EXPECT_EQ(reply->moments[1].step, 4);
  EXPECT_EQ(reply->patches, 2 * 12 * 12);
  EXPECT_EQ(reply->stays[0], 1);
  EXPECT_NEAR(reply->cosine[0], 1, 1e-6);
  // The share by hand, from where each picture's patches go.
  const std::vector<std::int64_t> before = chosen(at("first", 4)), after = chosen(at("first", 8));
  ASSERT_EQ(before.size(), after.size());
  double same = 0;
  for (std::size_t i = 0; i < before.size(); ++i) same += before[i] == after[i] ? 1 : 0;
  EXPECT_NEAR(reply->stays[1], same / static_cast<double>(before.size()), 1e-12);
  EXPECT_THAT(reply->as_last,
              ElementsAre(DoubleNear(reply->stays[1], 1e-12), DoubleNear(reply->stays[1], 1e-12), 1));
  // Random vectors of 16 numbers: the mean of 32 cosines lies near nothing, 0.25 / sqrt(32) on average.
  EXPECT_LT(std::abs(reply->cosine[1]), 0.2);
  EXPECT_THAT(reply->cosine_last, ElementsAre(DoubleNear(reply->cosine[1], 1e-6),
                                              DoubleNear(reply->cosine[1], 1e-6), DoubleNear(1, 1e-6)));
  EXPECT_EQ(reply->used[0], reply->used[1]);
  EXPECT_TRUE(reply->own_share.empty());

  protocol::PrototypeDriftRequest one = drift();
  one.prototype = before.front();
  const auto own = run_.prototype_drift(one, job_);
  ASSERT_TRUE(own) << own.error().to_text();
  const double had = static_cast<double>(std::count(before.begin(), before.end(), one.prototype));
  EXPECT_NEAR(own->own_share[0], had / static_cast<double>(before.size()), 1e-12);
  EXPECT_EQ(own->own_stays[0], 1);
  EXPECT_NEAR(own->own_cosine_last[2], 1, 1e-6);
  one.prototype = 32;
  EXPECT_THAT(run_.prototype_drift(one, job_).error().to_text(), HasSubstr("0 to 31"));
}

TEST_F(PrototypeViews, DriftGoesOnWhereItStopped) {
  protocol::PrototypeDriftRequest request = drift();
  request.milliseconds = 1;
  std::int64_t before = 0;
  for (int turn = 0; turn < 100; ++turn) {
    const auto reply = run_.prototype_drift(request, job_);
    ASSERT_TRUE(reply) << reply.error().to_text();
    if (reply->seen == reply->total) break;
    ASSERT_GT(reply->seen, before);
    before = reply->seen;
  }
  request.milliseconds = 0;
  Views fresh(loader_, &snapshots_);
  EXPECT_EQ(run_.prototype_drift(request, job_).value(), fresh.prototype_drift(request, job_).value());
}

TEST_F(PrototypeViews, DriftIsRefusedBetweenOtherPrototypesAndOtherPictures) {
  protocol::PrototypeDriftRequest request = drift();
  request.moments[1] = at("fewer", 8);
  const auto fewer = run_.prototype_drift(request, job_);
  ASSERT_FALSE(fewer);
  EXPECT_THAT(fewer.error().to_text(), HasSubstr("16 prototypes"));
  request.moments.resize(1);
  EXPECT_THAT(run_.prototype_drift(request, job_).error().to_text(), HasSubstr("2 to 20"));
}

TEST_F(PrototypeViews, PairsAreThemselvesInTheSameNetwork) {
  protocol::PrototypesRequest request = cards(at("first", 0));
  request.beside = at("first", 4);
  const auto reply = run_.prototypes(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->overlap, 1);
  ASSERT_EQ(reply->partners.size(), reply->cards.size());
  for (std::size_t i = 0; i < reply->cards.size(); ++i) {
    EXPECT_EQ(reply->partners[i].prototype, reply->cards[i].prototype);
    EXPECT_EQ(reply->partners[i].together, reply->cards[i].count);
    EXPECT_EQ(reply->partners[i].count, reply->cards[i].count);
  }
  EXPECT_EQ(reply->partner_crops, reply->crops);
  ASSERT_TRUE(reply->beside);
  EXPECT_EQ(reply->beside->step, 4);
  EXPECT_EQ(protocol::PrototypesReply::from_message(reply->to_message()).value(), *reply);
}

TEST_F(PrototypeViews, PairsOfTwoRunsShareNoMoreThanTheyHave) {
  protocol::PrototypesRequest request = cards(at("first", 8));
  request.beside = at("second", 8);
  const auto reply = run_.prototypes(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->beside->name, "second");
  std::int64_t together = 0;
  for (std::size_t i = 0; i < reply->partners.size(); ++i) {
    const auto& partner = reply->partners[i];
    EXPECT_LE(partner.together, std::min(partner.count, reply->cards[i].count));
    together += partner.together;
  }
  // All prototypes that are chosen are among the cards, so that their pairs make the overlap.
  EXPECT_NEAR(reply->overlap, static_cast<double>(together) / static_cast<double>(reply->patches), 1e-12);
  // The other network alone counts the same patches.
  const auto alone = run_.prototypes(cards(at("second", 8)), job_);
  ASSERT_TRUE(alone);
  for (const auto& partner : reply->partners) {
    if (partner.prototype < 0) continue;
    EXPECT_EQ(alone->counts[static_cast<std::size_t>(partner.prototype)], partner.count);
  }
}

TEST_F(PrototypeViews, PairsOnOtherPixelsAreRefused) {
  ASSERT_TRUE(run_.prototypes(cards(at("first", 0)), job_));
  write_picture("pictures/b.png", {1, 2, 3}, {200, 210, 220}, 3);
  std::filesystem::last_write_time(folder_ / "pictures/b.png",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  protocol::PrototypesRequest request = cards(at("first", 0));
  request.beside = at("second", 8);
  const auto refused = run_.prototypes(request, job_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Incompatible);
  EXPECT_THAT(refused.error().to_text(), HasSubstr("different pixels"));
  EXPECT_THAT(refused.error().to_text(), HasSubstr("b.png"));
  const auto again = run_.prototypes(request, job_);
  EXPECT_TRUE(again) << "both have seen it as it is now: " << again.error().to_text();
}

}  // namespace
}  // namespace ibot::inspect
