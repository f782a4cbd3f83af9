// SPDX-License-Identifier: GPL-3.0-or-later
// From files to training batches: read, decode, all crops and masks of every picture of a folder, by the
// renderer that training uses. Its bytes are Pillow's, so both sides do the same work.
#include "harness.h"
#include "pictures.h"

#include <ibot/base/clock.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/loader.h>

#include <CLI/CLI.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace ibot::bench {
namespace {

class DataBenchmark : public Benchmark {
 public:
  DataBenchmark() { settings_.crops.local.count = 10; }

  std::string name() const override { return "data"; }
  std::string unit() const override { return "images"; }

  void add_options(CLI::App& app) override {
    data::CropOptions& crops = settings_.crops;
    pictures_.add_option(app);
    app.add_option("--global-crops", crops.global.count)->check(CLI::Range(1, 16))->capture_default_str();
    app.add_option("--global-size", crops.global.size)->check(CLI::Range(1, 4096))->capture_default_str();
    app.add_option("--global-scale", crops.global.scale)->expected(2)->check(CLI::Range(0.0, 1.0));
    app.add_option("--local-crops", crops.local.count)->check(CLI::Range(0, 64))->capture_default_str();
    app.add_option("--local-size", crops.local.size)->check(CLI::Range(1, 4096))->capture_default_str();
    app.add_option("--local-scale", crops.local.scale)->expected(2)->check(CLI::Range(0.0, 1.0));
    app.add_option("--patch-size", settings_.mask_cell)->check(CLI::Range(1, 256))->capture_default_str();
    app.add_flag("--masks,!--no-masks", masks_, "draw block masks too (the default)");
    app.add_option("--threads", threads_)->check(CLI::Range(1, 256))->capture_default_str();
    app.add_option("--seed", settings_.seed)->capture_default_str();
  }

  nlohmann::json settings() const override {
    const data::CropOptions& crops = settings_.crops;
    return {{"folder", pictures_.folder()},
            {"global_crops", crops.global.count},
            {"global_size", crops.global.size},
            {"global_scale", crops.global.scale},
            {"local_crops", crops.local.count},
            {"local_size", crops.local.size},
            {"local_scale", crops.local.scale},
            {"patch_size", settings_.mask_cell},
            {"masks", masks_},
            {"mask_ratio", mask_ratio_},
            {"mask_variance", mask_variance_},
            {"threads", threads_},
            {"seed", settings_.seed}};
  }

  base::Status prepare() override {
    IBOT_CHECK_OK(pictures_.open());
    if (masks_) {
      loader_.emplace(plugin::Loader::discover(plugin::LoaderOptions::from_environment()));
      IBOT_TRY(const auto factory, loader_->masking("block"));
      IBOT_TRY(strategy_, plugin::stop_exceptions("masking plugin block", [&] {
                 return factory({{"ratio", mask_ratio_}, {"variance", mask_variance_}});
               }));
      settings_.masks = strategy_.get();
    }
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    data::PictureSource source(pictures_.dataset(), 0);  // nothing is kept: every pass decodes
    data::CropTimes times;
    std::mutex mutex;
    const double processor = processor_seconds();
    const base::Stopwatch watch;
    IBOT_CHECK_OK(run_threads(threads_, [&](int thread) {
      data::CropTimes own;
      const base::Status status = run_thread(source, thread, iterations, own);
      const std::lock_guard lock(mutex);
      times.resize += own.resize;
      times.colour += own.colour;
      times.blur += own.blur;
      times.masks += own.masks;
      return status;
    }));
    Measurement out;
    out.seconds = watch.seconds();
    out.items = static_cast<double>(iterations) * static_cast<double>(pictures_.dataset().size());
    processor_seconds_ += processor_seconds() - processor;
    items_ += out.items;
    const auto pictures = source.statistics();
    out.stages = {{"1 read", pictures.read_seconds},
                  {"2 decode", pictures.decode_seconds},
                  {"3 resize", times.resize},
                  {"4 colour", times.colour},
                  {"5 blur", times.blur},
                  {"6 masks", times.masks}};
    return out;
  }

  std::vector<Note> notes() const override {
    return {{"by processor time", items_ / processor_seconds_, "images/s"}};
  }

 private:
  /// Pictures thread, thread + threads, ... of every pass.
  base::Status run_thread(data::PictureSource& source, int thread, int iterations,
                          data::CropTimes& times) const {
    const data::Dataset& dataset = pictures_.dataset();
    data::MultiCropRenderer renderer(source, settings_);
    renderer.measure(&times);
    data::Batch batch;
    batch.images = 1;
    renderer.shape(batch);
    for (int epoch = 0; epoch < iterations; ++epoch) {
      for (std::int64_t index = thread; index < dataset.size(); index += threads_) {
        const data::SampleJob job{index, dataset.sample(index).id, epoch, 0};
        if (base::Status status = renderer.render(job, {}, batch); !status) {
          return status.error().with_context(dataset.file_path(index).string());
        }
      }
    }
    return {};
  }

  Pictures pictures_;
  data::MultiCropSettings settings_;
  bool masks_ = true;
  std::vector<double> mask_ratio_ = {0.0, 0.3};
  std::vector<double> mask_variance_ = {0.0, 0.2};
  int threads_ = 1;
  std::optional<plugin::Loader> loader_;
  std::shared_ptr<const data::MaskStrategy> strategy_;
  double processor_seconds_ = 0;
  double items_ = 0;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::DataBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
