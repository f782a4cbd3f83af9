// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins.h"

#include <ibot/base/file.h>
#include <ibot/plan/matrix.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ibot::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRecipe = "name: base\nmask: {plugin: block, ratio: [0.3], variance: [0.0]}\n";

class MatrixTest : public testing::Test {
 protected:
  MatrixTest() { base::write_file_atomically(dir / "recipe.yaml", std::string_view(kRecipe)).value(); }

  std::optional<Matrix> read(std::string_view text) {
    diagnostics.clear();
    return read_matrix(dir / "matrix.yaml", diagnostics, text);
  }
  std::string said() const { return to_text(diagnostics); }

  std::vector<std::string> names(std::string_view text) {
    const auto matrix = read(text);
    EXPECT_TRUE(matrix) << said();
    std::vector<std::string> names;
    const auto cells = cells_of(matrix.value_or(Matrix{})).value();
    for (const MatrixCell& cell : cells) names.push_back(cell.name);
    return names;
  }

  MatrixReview look_at(std::string_view text) {
    MatrixRequest request;
    const auto matrix = read(text);
    EXPECT_TRUE(matrix) << said();
    request.matrix = matrix.value_or(Matrix{});
    request.plugins = test::plugins();
    request.earlier = earlier;
    request.images_per_second = rate;
    request.dataset = [this](const data::DataOptions&) {
      ++datasets_asked;
      return dataset;
    };
    return review_matrix(request);
  }

  ibot::test::TempDir dir;
  params::Diagnostics diagnostics;
  std::function<EarlierRuns(const Plan&, std::string_view)> earlier;
  std::optional<double> rate;
  std::optional<MatrixDataset> dataset;
  int datasets_asked = 0;
};

TEST_F(MatrixTest, FullGridHasEveryCombinationWithTheSameSeeds) {
  EXPECT_THAT(names("base: recipe.yaml\n"
                    "factors: {mask.plugin: [none, random], optimizer.lr: [0.001, 0.002]}\nseeds: [0, 7]\n"),
              ElementsAre("mask=none lr=0.001 s0", "mask=none lr=0.001 s7", "mask=none lr=0.002 s0",
                          "mask=none lr=0.002 s7", "mask=random lr=0.001 s0", "mask=random lr=0.001 s7",
                          "mask=random lr=0.002 s0", "mask=random lr=0.002 s7"));
}

TEST_F(MatrixTest, OneAtATimeLeavesTheOtherFactorsAtTheirFirst) {
  EXPECT_THAT(names("base: recipe.yaml\ndesign: one_at_a_time\n"
                    "factors: {mask.plugin: [block, none, random], optimizer.lr: [0.001, 0.002]}\n"),
              ElementsAre("mask=block lr=0.001", "mask=none lr=0.001", "mask=random lr=0.001",
                          "mask=block lr=0.002"));
}

TEST_F(MatrixTest, NamesTellFactorsOfTheSameEndApart) {
  EXPECT_THAT(
      names("base: recipe.yaml\nfactors: {losses.ibot_cls.weight: [1], losses.ibot_patch.weight: [0.5]}\n"),
      ElementsAre("losses.ibot_cls.weight=1 losses.ibot_patch.weight=0.5"));
}

TEST_F(MatrixTest, LevelsMaySetSeveralKeysAndLists) {
  const auto review = look_at(
      "base: recipe.yaml\nset: {train.epochs: 70}\nfactors:\n  mask:\n    plain: {mask.plugin: none}\n"
      "    dense: {mask: {plugin: random, ratio: [0.1, 0.6], variance: [0.0, 0.1]}, optimizer.lr: 0.002}\n"
      "  optimizer.kind: [adamw]\n");
  EXPECT_EQ(to_text(review.diagnostics).find("error"), std::string::npos) << to_text(review.diagnostics);
  ASSERT_EQ(review.cells.size(), 2U);
  const Plan& dense = review.cells[1].plan.value();
  EXPECT_EQ(dense.mask().plugin->id, "random");
  EXPECT_EQ(dense.mask().content.values.at("ratio"), params::Value(std::vector<double>{0.1, 0.6}));
  EXPECT_EQ(dense.optimizer().lr, 0.002);
  EXPECT_EQ(dense.train().epochs, 70);
  EXPECT_EQ(dense.run().name, "mask=dense kind=adamw");
}

TEST_F(MatrixTest, EveryMistakeOfTheFileIsSaidWithItsLine) {
  EXPECT_FALSE(
      read("factors:\n  optimizer.lr: 3\n  mask: {none: off}\nseeds: [0, 0, -1, x]\ndesgin: full\n"));
  EXPECT_THAT(said(), HasSubstr("matrix.yaml:2:"));
  EXPECT_THAT(said(), HasSubstr("factors.mask.none: found"));
  EXPECT_THAT(said(), HasSubstr("a list of whole numbers from 0, each once"));
  EXPECT_THAT(said(), HasSubstr("Did you mean design?"));
  EXPECT_THAT(said(), HasSubstr("base: no recipe is named"));
}

TEST_F(MatrixTest, MistakesOfTheCellsAreSaidOnce) {
  const auto review = look_at(
      "base: recipe.yaml\nfactors: {mask.plugin: [none, blok], optimizer.lrr: [1, 2]}\nseeds: [0, 1, 2]\n");
  const std::string said = to_text(review.diagnostics);
  EXPECT_THAT(said, HasSubstr("Did you mean block?"));
  EXPECT_THAT(said, HasSubstr("unknown key \"lrr\""));
  EXPECT_EQ(said.find("there is no masking plugin"), said.rfind("there is no masking plugin")) << said;
  EXPECT_LE(std::count(said.begin(), said.end(), '\n'), 6) << said;
  EXPECT_TRUE(params::has_errors(review.diagnostics));
  for (const ReviewedCell& cell : review.cells) EXPECT_FALSE(cell.plan) << cell.cell.name;
}

TEST_F(MatrixTest, CellsThatAreTheSameAreStruckOut) {
  // The recipe's own value under another spelling.
  const auto review =
      look_at("base: recipe.yaml\nfactors: {mask.ratio: [[0.3], [0.30], [0.4]]}\nseeds: [0, 1]\n");
  ASSERT_EQ(review.cells.size(), 6U);
  EXPECT_EQ(review.cells[2].same_cell, "ratio=[0.3] s0");
  EXPECT_EQ(review.cells[3].same_cell, "ratio=[0.3] s1");
  EXPECT_TRUE(review.cells[4].is_new());
  EXPECT_EQ(review.totals.runs, 4);
  EXPECT_EQ(review.totals.duplicates, 2);
}

TEST_F(MatrixTest, RunsThatWereMadeAlreadyAreStruckOut) {
  dataset = MatrixDataset{{100, 0}, "bytes"};
  const Plan plan = test::plan_of(kRecipe, {"optimizer.lr=0.002", "name=another"});
  earlier = [&](const Plan& cell, std::string_view content_hash) -> EarlierRuns {
    EXPECT_EQ(content_hash, "bytes");
    if (cell.hashes().plan == plan.hashes().plan) return {"earlier", {}};
    return {{}, cell.hashes().config == plan.hashes().config ? "" : "built"};
  };
  const auto review = look_at("base: recipe.yaml\nfactors: {optimizer.lr: [0.001, 0.002]}\nseeds: [0, 1]\n");
  ASSERT_EQ(review.cells.size(), 4U);
  EXPECT_EQ(review.cells[2].same_run, "earlier");
  EXPECT_TRUE(review.cells[3].is_new()) << "another seed";
  EXPECT_TRUE(review.cells[0].is_new()) << "made by another build is not the same";
  EXPECT_EQ(review.cells[0].other_build, "built");
  EXPECT_EQ(review.totals.runs, 3);
}

TEST_F(MatrixTest, TotalsAddUpWhatIsNew) {
  dataset = MatrixDataset{{1000, 0}, "bytes"};
  rate = 100;
  const auto review = look_at(
      "base: recipe.yaml\nset: {train.batch: 100, train.accumulate: 1}\nfactors: {train.epochs: [200, "
      "300]}\n");
  EXPECT_EQ(datasets_asked, 1) << "one data section";
  EXPECT_EQ(review.totals.runs, 2);
  EXPECT_EQ(review.totals.steps, 10 * (200 + 300));
  EXPECT_NEAR(review.totals.seconds.value(), 1000.0 * (200 + 300) / 100, 1e-6);
  std::uint64_t one_by_one = 0;
  for (const auto& cell : review.cells) one_by_one += cell.plan.value().derived().disk_bytes.value();
  EXPECT_GT(review.totals.disk_bytes.value(), one_by_one / 2);
  EXPECT_LT(review.totals.disk_bytes.value(), one_by_one)
      << "a journal and the checkpoint being written are needed once";

  dataset.reset();
  const auto unknown = look_at("base: recipe.yaml\nfactors: {train.epochs: [200]}\n");
  EXPECT_FALSE(unknown.totals.steps);
  EXPECT_FALSE(unknown.totals.seconds);
}

TEST_F(MatrixTest, WrittenAndReadAgainItIsTheSame) {
  const auto matrix = read(
      "name: a name\nbase: recipe.yaml\nset: {train.epochs: 7, data.path: 'a: b, c'}\nfactors:\n"
      "  mask:\n    plain: {mask.plugin: none}\n    dense: {mask: {plugin: random, ratio: [0.1, 0.6]}}\n"
      "  mask.ratio: [[0.3], [0.0, 0.5]]\n  optimizer.lr: [0.001, 0.002]\nseeds: [0, 4]\ndesign: "
      "one_at_a_time\n");
  ASSERT_TRUE(matrix) << said();
  Matrix written = *matrix;
  written.base = "recipe.yaml";
  const std::string text = write_matrix(written);
  const auto again = read(text);
  ASSERT_TRUE(again) << said() << text;
  EXPECT_EQ(again->base, matrix->base);
  const auto cells = cells_of(*matrix).value();
  const auto same = cells_of(*again).value();
  ASSERT_EQ(cells.size(), same.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(same[i].name, cells[i].name);
    EXPECT_EQ(same[i].overrides, cells[i].overrides) << text;
  }
}

TEST_F(MatrixTest, AstronomicGridIsOneMessage) {
  std::string text = "base: recipe.yaml\nfactors:\n";
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"})
    text += std::string("  ") + key + ": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n";
  const auto review = look_at(text);
  EXPECT_TRUE(review.cells.empty());
  ASSERT_EQ(review.diagnostics.size(), 1U);
  EXPECT_THAT(to_text(review.diagnostics), HasSubstr("expected: at most 1,000"));
}

TEST(MatrixFactor, IsReadFromACommandLine) {
  params::Diagnostics diagnostics;
  const auto factor = parse_factor("mask.ratio=[0.0, 0.3],[0.5], 0.7", diagnostics);
  ASSERT_TRUE(factor);
  EXPECT_EQ(factor->name, "mask.ratio");
  ASSERT_EQ(factor->levels.size(), 3U);
  EXPECT_THAT(factor->levels[0].overrides, ElementsAre("mask.ratio=[0.0, 0.3]"));
  EXPECT_EQ(factor->levels[2].name, "0.7");
  EXPECT_FALSE(parse_factor("mask.ratio", diagnostics));
  EXPECT_FALSE(parse_factor("mask.ratio=1,,2", diagnostics));
  EXPECT_FALSE(parse_factor("=1", diagnostics));
  EXPECT_EQ(diagnostics.size(), 3U);
}

TEST(ShippedMatrices, MakePlansWithoutTwins) {
  int found = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ibot::test::source_dir() / "experiments/ablations")) {
    if (entry.path().extension() != ".yaml") continue;
    ++found;
    params::Diagnostics diagnostics;
    const auto matrix = read_matrix(entry.path(), diagnostics);
    ASSERT_TRUE(matrix) << to_text(diagnostics);
    MatrixRequest request;
    request.matrix = *matrix;
    request.plugins = test::plugins();
    request.plugins.push_back(
        {plugin::Kind::Loss, "koleo", "1.0.0", "A stand-in.", {}, std::string(64, 'a')});
    const auto review = review_matrix(request);
    EXPECT_FALSE(params::has_errors(review.diagnostics)) << to_text(review.diagnostics);
    EXPECT_EQ(review.totals.duplicates, 0) << entry.path();
    EXPECT_GE(review.totals.runs, 9) << entry.path();
  }
  EXPECT_GE(found, 3);
}

}  // namespace
}  // namespace ibot::plan
