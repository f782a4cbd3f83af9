// SPDX-License-Identifier: GPL-3.0-or-later
// The search of k-NN classification: random features of length 1 against each other, as `knn_classify` does
// it for every query of a validation split.
#include "harness.h"

#include <ibot/base/clock.h>
#include <ibot/evaluate/features.h>
#include <ibot/evaluate/knn.h>

#include <ATen/Parallel.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>

#include <CLI/CLI.hpp>

namespace ibot::bench {
namespace {

class KnnSearchBenchmark final : public Benchmark {
 public:
  std::string name() const override { return "knn_search"; }
  std::string unit() const override { return "queries"; }

  void add_options(CLI::App& app) override {
    app.add_option("--rows", rows_, "Features that are searched")->capture_default_str();
    app.add_option("--queries", queries_)->capture_default_str();
    app.add_option("--width", width_, "Numbers of a feature")->capture_default_str();
    app.add_option("--classes", classes_)->capture_default_str();
    app.add_option("--k", k_, "Neighbours")->capture_default_str();
    app.add_option("--temperature", temperature_)->capture_default_str();
    app.add_option("--threads", threads_)->check(CLI::Range(1, 256))->capture_default_str();
  }

  nlohmann::json settings() const override {
    return {{"rows", rows_}, {"queries", queries_},         {"width", width_},     {"classes", classes_},
            {"k", k_},       {"temperature", temperature_}, {"threads", threads_}, {"seed", 0}};
  }

  base::Status prepare() override {
    at::set_num_threads(threads_);
    train_ = evaluate::normalize_rows(at::randn({rows_, width_}));
    test_ = evaluate::normalize_rows(at::randn({queries_, width_}));
    train_labels_ = at::randint(0, classes_, {rows_}, at::kLong);
    test_labels_ = at::randint(0, classes_, {queries_}, at::kLong);
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    const base::Stopwatch watch;
    for (int i = 0; i < iterations; ++i) {
      IBOT_TRY(
          [[maybe_unused]] const auto result,
          evaluate::knn_classify(train_, train_labels_, test_, test_labels_, {k_}, temperature_, classes_));
    }
    Measurement out;
    out.seconds = watch.seconds();
    out.items = static_cast<double>(iterations) * static_cast<double>(queries_);
    return out;
  }

 private:
  std::int64_t rows_ = 50'000, queries_ = 2'000, width_ = 384, classes_ = 1000, k_ = 20;
  double temperature_ = 0.07;
  int threads_ = 1;
  at::Tensor train_, test_, train_labels_, test_labels_;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::KnnSearchBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
