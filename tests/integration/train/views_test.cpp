// SPDX-License-Identifier: GPL-3.0-or-later
// The views of networks on a run that was trained a moment ago: what needs heads, students and masks.
#include "small_run.h"

#include <ibot/data/dataset.h>
#include <ibot/inspect/views.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot {
namespace {

class QuietJob final : public protocol::Job {
 public:
  bool unwanted() const override { return false; }
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
};

/// One run's checkpoints, by step.
class Checkpoints final : public inspect::ViewSources {
 public:
  Checkpoints(plan::Plan plan, std::filesystem::path folder)
      : plan_(std::move(plan)), folder_(std::move(folder)) {}

  base::Result<inspect::NetworkSource> network(const protocol::NetworkChoice& choice) override {
    inspect::NetworkSource source{
        plan_, test::checkpoint_path(folder_, choice.step < 0 ? 12 : choice.step), true, {}};
    source.seen.run = "run";
    source.seen.name = "small";
    source.seen.source = "checkpoint";
    source.seen.step = choice.step < 0 ? 12 : choice.step;
    return source;
  }
  base::Result<inspect::EncodedPicture> probe(const protocol::NetworkChoice&, const std::string&) override {
    return base::Error{base::ErrorCode::NotFound, "no probe pictures", "", ""};
  }

 private:
  plan::Plan plan_;
  std::filesystem::path folder_;
};

class ViewsOfARun : public testing::Test {
 protected:
  void SetUp() override {
    prepared_ = std::make_unique<cli::PreparedPlan>(runs_.plan({}));
    test::MemorySink sink;
    const auto outcome = runs_.train(*prepared_, {.folder = runs_ / "run"}, sink);
    ASSERT_TRUE(outcome) << outcome.error().to_text();
    sources_ = std::make_unique<Checkpoints>(prepared_->plan, runs_ / "run");
    views_ = std::make_unique<inspect::Views>(runs_.loader(), sources_.get());
    network_.run = "run";
    picture_.file = prepared_->dataset->file_path(0).string();
  }

  test::SmallRuns runs_;
  std::unique_ptr<cli::PreparedPlan> prepared_;
  std::unique_ptr<Checkpoints> sources_;
  std::unique_ptr<inspect::Views> views_;
  protocol::NetworkChoice network_;
  protocol::PictureChoice picture_;
  QuietJob job_;
};

TEST_F(ViewsOfARun, PrototypesCountEveryPatchOnce) {
  protocol::PrototypesRequest request;
  request.network = network_;
  request.pictures = 6;
  request.milliseconds = 0;
  request.picture = picture_;
  request.prototype = 0;
  request.beside = network_;
  const auto reply = views_->prototypes(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->seen, 6);
  EXPECT_EQ(std::accumulate(reply->counts.begin(), reply->counts.end(), std::int64_t{0}), reply->patches);
  EXPECT_EQ(static_cast<std::int64_t>(reply->counts.size()), reply->network.prototypes);
  EXPECT_EQ(std::count(reply->counts.begin(), reply->counts.end(), 0), reply->dead);
  ASSERT_FALSE(reply->cards.empty());
  for (std::size_t i = 1; i < reply->cards.size(); ++i)
    EXPECT_LE(reply->cards[i].count, reply->cards[i - 1].count);
  EXPECT_GE(reply->cards[0].strongest.front().value, reply->cards[0].strongest.back().value);
  EXPECT_EQ(reply->crops.size(),
            reply->cards.size() * static_cast<std::size_t>(reply->most * reply->side * reply->side * 3));
  // With itself every patch belongs together.
  EXPECT_DOUBLE_EQ(reply->overlap, 1);
  EXPECT_LT(reply->overlap_chance, 1);
  EXPECT_EQ(reply->strength.size(), reply->chosen.size());
  // It travels as a message.
  EXPECT_EQ(protocol::PrototypesReply::from_message(reply->to_message()).value(), *reply);
}

TEST_F(ViewsOfARun, PrototypesGoOnWhereTheyStopped) {
  protocol::PrototypesRequest request;
  request.network = network_;
  request.pictures = 12;
  request.milliseconds = 1;
  std::int64_t before = 0;
  for (int turn = 0; turn < 1000; ++turn) {
    const auto reply = views_->prototypes(request, job_);
    ASSERT_TRUE(reply) << reply.error().to_text();
    EXPECT_GT(reply->total, 0);
    if (reply->seen == reply->total) break;
    ASSERT_GT(reply->seen, before);
    before = reply->seen;
  }
  request.milliseconds = 0;
  const auto whole = views_->prototypes(request, job_);
  inspect::Views fresh(runs_.loader(), sources_.get());
  const auto at_once = fresh.prototypes(request, job_);
  ASSERT_TRUE(whole && at_once);
  EXPECT_EQ(*whole, *at_once);
}

TEST_F(ViewsOfARun, PredictionComparesStudentAndTeacherUnderTheMask) {
  protocol::PredictionRequest request;
  request.network = network_;
  request.picture = picture_;
  request.seed = 3;
  const auto drawn = views_->prediction(request);
  ASSERT_TRUE(drawn) << drawn.error().to_text();
  const std::size_t patches = drawn->mask.size();
  ASSERT_EQ(patches, static_cast<std::size_t>(drawn->picture.rows * drawn->picture.columns));
  const auto masked = std::count(drawn->mask.begin(), drawn->mask.end(), 1);
  EXPECT_GT(masked, 0);
  std::int64_t same = 0;
  for (std::size_t i = 0; i < patches; ++i) {
    EXPECT_EQ(drawn->student[i] >= 0, drawn->mask[i] == 1);
    EXPECT_GE(drawn->teacher[i], 0);
    if (drawn->mask[i] == 1 && drawn->student[i] == drawn->teacher[i]) ++same;
  }
  EXPECT_NEAR(drawn->agreement, static_cast<double>(same) / static_cast<double>(masked), 1e-6);
  EXPECT_NEAR(drawn->uniform, std::log(static_cast<double>(drawn->network.prototypes)), 1e-9);
  EXPECT_EQ(protocol::PredictionReply::from_message(drawn->to_message()).value(), *drawn);
  // A mask of one's own.
  request.rows = drawn->picture.rows;
  request.columns = drawn->picture.columns;
  request.mask.assign(patches, 0);
  EXPECT_EQ(views_->prediction(request).error().code, base::ErrorCode::InvalidArgument);
  request.mask[1] = 1;
  const auto own = views_->prediction(request);
  ASSERT_TRUE(own) << own.error().to_text();
  EXPECT_EQ(own->mask, request.mask);
  request.rows += 1;
  request.mask.resize(static_cast<std::size_t>(request.rows * request.columns));
  EXPECT_EQ(views_->prediction(request).error().code, base::ErrorCode::InvalidArgument);
}

TEST_F(ViewsOfARun, ProjectionsAreATokenSpaceOfTheirOwn) {
  protocol::SimilarityRequest request;
  request.networks = {network_};
  request.pictures = {picture_};
  request.patch = {1, 1};
  const auto tokens = views_->similarity(request, job_);
  request.tokens.projection = true;
  const auto projections = views_->similarity(request, job_);
  ASSERT_TRUE(tokens && projections) << (projections ? tokens : projections).error().to_text();
  EXPECT_NE(tokens->maps, projections->maps);
  request.tokens.layer = 1;
  EXPECT_EQ(views_->similarity(request, job_).error().code, base::ErrorCode::InvalidArgument);
}

TEST_F(ViewsOfARun, UntrainedIsTheNetworkBeforeItsFirstStep) {
  protocol::SimilarityRequest request;
  request.networks = {network_, network_};
  request.networks[1].untrained = true;
  request.pictures = {picture_};
  request.patch = {0, 0};
  const auto reply = views_->similarity(request, job_);
  ASSERT_TRUE(reply) << reply.error().to_text();
  EXPECT_EQ(reply->networks[0].moment(), "teacher \u00b7 step 12");
  EXPECT_EQ(reply->networks[1].moment(), "untrained");
  EXPECT_NE(reply->map(0, 0), reply->map(1, 0));
}

TEST_F(ViewsOfARun, ACheckpointThatIsGoneIsSaid) {
  std::filesystem::remove(test::checkpoint_path(runs_ / "run", 9));
  network_.step = 9;
  const auto reply = views_->attention({network_, picture_, 0, {{}}, false});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::ErrorCode::NotFound);
  network_.step = 12;
  EXPECT_TRUE(views_->attention({network_, picture_, 0, {{}}, false}));
}

}  // namespace
}  // namespace ibot
