// SPDX-License-Identifier: GPL-3.0-or-later
// The evaluation's view of pictures, as k-NN and linear probes need it: read, decode, shorter side to
// `resize`, centre crop. Its bytes are Pillow's, so both sides do the same work.
#include "harness.h"
#include "pictures.h"

#include <ibot/base/clock.h>
#include <ibot/data/eval_stream.h>

#include <CLI/CLI.hpp>

#include <mutex>
#include <vector>

namespace ibot::bench {
namespace {

class KnnBenchmark : public Benchmark {
 public:
  std::string name() const override { return "knn"; }
  std::string unit() const override { return "images"; }

  void add_options(CLI::App& app) override {
    pictures_.add_option(app);
    app.add_option("--resize", transform_.resize)->check(CLI::Range(1, 8192))->capture_default_str();
    app.add_option("--crop", transform_.crop)->check(CLI::Range(1, 8192))->capture_default_str();
    app.add_option("--threads", threads_)->check(CLI::Range(1, 256))->capture_default_str();
  }

  nlohmann::json settings() const override {
    return {{"folder", pictures_.folder()},
            {"resize", transform_.resize},
            {"crop", transform_.crop},
            {"threads", threads_}};
  }

  base::Status prepare() override { return pictures_.open(); }

  base::Result<Measurement> run(int iterations) override {
    data::PictureSource source(pictures_.dataset(), 0);  // nothing is kept: every pass decodes
    double resizing = 0;
    std::mutex mutex;
    const double processor = processor_seconds();
    const base::Stopwatch watch;
    IBOT_CHECK_OK(run_threads(threads_, [&](int thread) {
      double own = 0;
      const base::Status status = run_thread(source, thread, iterations, own);
      const std::lock_guard lock(mutex);
      resizing += own;
      return status;
    }));
    Measurement out;
    out.seconds = watch.seconds();
    out.items = static_cast<double>(iterations) * static_cast<double>(pictures_.dataset().size());
    processor_seconds_ += processor_seconds() - processor;
    items_ += out.items;
    const auto statistics = source.statistics();
    out.stages = {
        {"1 read", statistics.read_seconds}, {"2 decode", statistics.decode_seconds}, {"3 resize", resizing}};
    return out;
  }

  std::vector<Note> notes() const override {
    return {{"by processor time", items_ / processor_seconds_, "images/s"}};
  }

 private:
  /// Pictures thread, thread + threads, ... of every pass.
  base::Status run_thread(data::PictureSource& source, int thread, int iterations, double& resizing) const {
    const data::Dataset& dataset = pictures_.dataset();
    image::Resizer resizer;
    image::Image scratch;
    std::vector<std::uint8_t> planes(3 * static_cast<std::size_t>(transform_.crop * transform_.crop));
    for (int pass = 0; pass < iterations; ++pass) {
      for (std::int64_t index = thread; index < dataset.size(); index += threads_) {
        const auto picture = source.load(index, scratch);
        if (!picture) return picture.error().with_context(dataset.file_path(index).string());
        const base::Stopwatch watch;
        resizer.resize(**picture, data::eval_request(transform_, (*picture)->width(), (*picture)->height()),
                       image::Planes{planes.data(), transform_.crop, transform_.crop});
        resizing += watch.seconds();
      }
    }
    return {};
  }

  Pictures pictures_;
  data::EvalTransform transform_;
  int threads_ = 1;
  double processor_seconds_ = 0;
  double items_ = 0;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::KnnBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
