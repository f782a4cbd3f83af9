// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/record/reader.h>
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace ibot::record {
namespace {

namespace fs = std::filesystem;

// The finished run that `./workbench demo` shows first.
fs::path shipped() {
  return test::source_dir() / "resources/demo/workspace";
}

double figure_of(const std::vector<Evaluation>& rows, std::string_view protocol, std::string_view network,
                 std::string_view metric, std::int64_t step) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Evaluation& row) {
    return row.protocol == protocol && row.network == network && row.metric == metric && row.step == step;
  });
  EXPECT_NE(found, rows.end()) << protocol << ' ' << network << ' ' << metric << " at " << step;
  return found == rows.end() ? NAN : found->value;
}

TEST(ShippedRun, IsWholeAndTrainedToItsEnd) {
  auto reader = Reader::open(Workspace::open(shipped()).value());
  ASSERT_TRUE(reader) << reader.error().to_text();
  const auto runs = reader->runs().value();
  ASSERT_EQ(runs.size(), 1U);
  const record::Run& run = runs.front();
  EXPECT_EQ(run.state, State::Completed);
  EXPECT_EQ(run.step, run.planned_steps);
  EXPECT_TRUE(run.process.host.empty()) << "the machine that trained it is nobody's business";
  EXPECT_GT(reader->curve(run.id, "loss").value().size(), 1000U);

  const auto rows = reader->evaluations(run.id).value();
  const double knn = figure_of(rows, "knn", "teacher", "top1", run.step);
  EXPECT_GE(knn, figure_of(rows, "knn", "raw_pixels", "top1", 0) + 15);
  EXPECT_GE(knn, figure_of(rows, "knn", "teacher", "top1", 0) + 15);
  const double parts = figure_of(rows, "part_clusters", "teacher", "projection_nmi", run.step);
  EXPECT_GE(parts, figure_of(rows, "part_clusters", "raw_pixels", "nmi", 0) + 0.10);
  EXPECT_GE(parts, figure_of(rows, "part_clusters", "teacher", "projection_nmi", 0) + 0.10);
}

TEST(ShippedRun, HasTheWeightsThatItsRecordNames) {
  const Workspace workspace = Workspace::open(shipped()).value();
  auto reader = Reader::open(workspace).value();
  const std::string run = reader.runs().value().front().id;
  const auto files = reader.checkpoints(run).value();
  ASSERT_FALSE(files.empty());
  for (const Checkpoint& file : files)
    EXPECT_EQ(base::sha256_file(workspace.run_folder(run) / file.path).value(), file.sha256) << file.path;
}

TEST(ShippedRun, IsSmallEnoughForAClone) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shipped()))
    if (entry.is_regular_file()) bytes += entry.file_size();
  EXPECT_LE(bytes, std::uintmax_t{8} << 20);
}

}  // namespace
}  // namespace ibot::record
