// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons: how long fifty runs of a thousand take, and what the verdicts are worth where the truth is
// known.
#include "unit/compare/simulated_study.h"
#include "unit/compare/study_fixture.h"

#include <ibot/base/clock.h>
#include <ibot/compare/ablation_table.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <vector>

namespace ibot::bench {
namespace {

using compare::test::MadeRun;
using compare::test::SimulatedStudies;

struct Options {
  int runs = 1000, compared = 50, rounds = 9;
  std::size_t studies = 20'000;
};

// As many values as a real plan has.
MadeRun made_run(int index) {
  MadeRun run{.id = "run-" + std::to_string(index)};
  for (int key = 0; key < 90; ++key) run.values["section.key_" + std::to_string(key)] = key * 0.5;
  run.values["optimizer.lr"] = 0.001 * (1 + index / 5);
  run.seed = index % 5;
  run.evaluations = {{"knn/top1", 40 + index % 7}, {"part_clusters/nmi", 0.1 + 0.001 * (index % 11)}};
  return run;
}

void time_comparisons(const Options& options) {
  compare::test::StudyFixture fixture;
  for (int i = 0; i < options.runs; ++i) fixture.add(made_run(i));
  auto reader = fixture.reader();
  std::vector<double> whole, differing, judging;
  for (int round = 0; round < options.rounds; ++round) {
    const base::Stopwatch watch;
    auto all = reader.runs({.tag = {}, .limit = options.compared}).value();
    const auto runs = compare::read_runs(reader, all).value();
    base::Stopwatch part;
    const auto rows = compare::differences(runs);
    differing.push_back(part.seconds());
    part.restart();
    const auto groups = compare::group_replicates(runs);
    const auto metric = compare::choose_metric(runs, "knn/top1", std::nullopt).value();
    const auto values = compare::read_values(reader, runs, metric).value();
    const auto result = compare::compare_groups(runs, values, groups, metric, 0);
    const std::string text = compare::to_text(compare::list_table(result)) +
                             compare::to_text(compare::difference_table(rows, runs));
    judging.push_back(part.seconds());
    whole.push_back(watch.seconds());
    if (text.empty() || rows.empty()) std::abort();
  }
  const auto median = [](std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2] * 1e3;
  };
  std::printf("%d runs, %d of them compared, medians of %d rounds:\n", options.runs, options.compared,
              options.rounds);
  std::printf(
      "  all of it          %7.1f ms\n  differences        %7.1f ms\n  verdicts and texts %7.1f ms\n\n",
      median(whole), median(differing), median(judging));
}

void print_worth(const Options& options) {
  std::printf("Share of %zu simulated studies in which a variant is called better or worse.\n",
              options.studies);
  std::printf("No effect: false verdicts, 5 %% wanted.\n   n  1 variant  4 variants\n");
  const auto share = [&](std::size_t seeds, std::size_t variants, double effect) {
    return 100 * compare::test::share_of_studies_with_a_verdict({options.studies, seeds, variants, effect});
  };
  for (const std::size_t seeds : {2U, 3U, 5U, 8U})
    std::printf("%4zu  %8.2f %%  %8.2f %%\n", seeds, share(seeds, 1, 0), share(seeds, 4, 0));
  std::printf("Power: one variant, effect in standard deviations of the seeds' differences.\n   n");
  const double effects[] = {0.5, 1, 1.5, 2, 3, 4};
  for (const double effect : effects) std::printf("  %7.1f", effect);
  std::printf("\n");
  for (const std::size_t seeds : {2U, 3U, 4U, 5U, 6U, 8U, 10U}) {
    std::printf("%4zu", seeds);
    for (const double effect : effects) std::printf("  %5.1f %%", share(seeds, 1, effect));
    std::printf("\n");
  }
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::Options options;
  CLI::App app("Comparisons: time, and what the verdicts are worth");
  app.add_option("--runs", options.runs, "Runs of the workspace; 0: no times")->capture_default_str();
  app.add_option("--compared", options.compared, "Runs that are compared")->capture_default_str();
  app.add_option("--rounds", options.rounds)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--studies", options.studies, "Simulated studies of each figure")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.runs > 0) ibot::bench::time_comparisons(options);
  ibot::bench::print_worth(options);
  return 0;
}
