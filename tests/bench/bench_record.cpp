// SPDX-License-Identifier: GPL-3.0-or-later
// The record: rows written in batches of a trainer's kind, and beside them what the window waits for: the
// list of 1,000 runs, the news of a live curve, a long curve summarised.
#include "harness.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/reader.h>
#include <ibot/record/store.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace ibot::bench {
namespace {

using namespace record;

constexpr std::int64_t kRuns = 1000;
constexpr std::int64_t kCurves = 10;
constexpr std::int64_t kRowsPerIteration = 100'000;

class RecordBenchmark : public Benchmark {
 public:
  ~RecordBenchmark() override {
    store_.reset();
    std::error_code ignored;
    if (workspace_) std::filesystem::remove_all(workspace_->folder(), ignored);
  }

  std::string name() const override { return "record"; }
  std::string unit() const override { return "rows"; }
  void add_options(CLI::App& app) override {
    app.add_option("--rows-per-commit", rows_per_commit_, "rows in one transaction")
        ->check(CLI::Range(1, 1'000'000));
  }
  nlohmann::json settings() const override {
    return {{"curves", kCurves}, {"rows_per_commit", rows_per_commit_}};
  }

  base::Status prepare() override {
    const auto folder = std::filesystem::temp_directory_path() / base::str("ibot-bench-record-", ::getpid());
    IBOT_TRY(workspace_, Workspace::create(folder));
    IBOT_TRY(store_, Store::open(*workspace_));
    for (std::int64_t i = 0; i < kRuns; ++i) {
      NewRun run;
      run.id = base::str("run-", i);
      run.name = run.id;
      run.plan_json = "{\"text\": \"" + std::string(4000, 'x') + "\"}";
      run.planned_steps = 100'000;
      IBOT_CHECK_OK(store_->create_run(run));
      RunUpdate update;
      for (std::int64_t curve = 0; curve < 2 * kCurves; ++curve) {
        update.metrics.push_back({metric(curve), 0, 1.0, 0});
      }
      IBOT_CHECK_OK(store_->write(run.id, update));
      IBOT_CHECK_OK(store_->add_tag(run.id, "bench"));
    }
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    const base::Stopwatch watch;
    const std::int64_t rows = kRowsPerIteration * iterations;
    for (std::int64_t row = 0; row < rows;) {
      RunUpdate update;
      for (std::int64_t i = 0; i < rows_per_commit_ && row < rows; ++i, ++row) {
        update.metrics.push_back({metric(row % kCurves), ++step_ / kCurves, 0.5, row});
      }
      IBOT_CHECK_OK(store_->write("run-0", update));
    }
    return Measurement{watch.seconds(), static_cast<double>(rows), {}};
  }

  std::vector<Note> notes() const override {
    Reader reader = Reader::open(*workspace_).value();
    const std::int64_t last = reader.run("run-0").value().last_values.front().step;
    RunUpdate one;
    one.metrics = {{metric(0), last + 1, 0.5, 0}};
    return {
        {"list of 1,000 runs", milliseconds([&] { reader.runs().value(); }), "ms"},
        {"news of a curve", milliseconds([&] { reader.curve("run-0", metric(0), last - 10).value(); }), "ms"},
        {"curve in 2,000 buckets", milliseconds([&] { reader.coarse_curve("run-0", metric(0)).value(); }),
         "ms"},
        {"whole curve", milliseconds([&] { reader.curve("run-0", metric(0)).value(); }), "ms"},
        {"change counter", milliseconds([&] { reader.change_counter().value(); }), "ms"},
        {"one row in a commit", milliseconds([&] { store_->write("run-0", one).value(); }), "ms"}};
  }

 private:
  static std::string metric(std::int64_t curve) { return base::str("loss/", curve); }

  template <class Work>
  static double milliseconds(const Work& work) {
    std::vector<double> times;
    for (int i = 0; i < 11; ++i) {
      const base::Stopwatch watch;
      work();
      times.push_back(watch.seconds() * 1e3);
    }
    std::nth_element(times.begin(), times.begin() + 5, times.end());
    return times[5];
  }

  std::int64_t rows_per_commit_ = 1000;
  std::int64_t step_ = 0;
  std::optional<Workspace> workspace_;
  mutable std::optional<Store> store_;  // notes() measures a commit too
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::RecordBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
