// SPDX-License-Identifier: GPL-3.0-or-later
// From files to training batches: read, decode, all crops and masks of every picture of a folder, by the
// renderer that training uses. Its bytes are Pillow's, so both sides do the same work.
#include "harness.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/data/open.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/loader.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ibot::bench {
namespace {

class DataBenchmark : public Benchmark {
 public:
  DataBenchmark() { settings_.crops.local.count = 10; }
  ~DataBenchmark() override {
    std::error_code ignored;
    if (!drawn_.empty()) std::filesystem::remove_all(drawn_, ignored);
  }

  std::string name() const override { return "data"; }
  std::string unit() const override { return "images"; }

  void add_options(CLI::App& app) override {
    data::CropOptions& crops = settings_.crops;
    app.add_option("--folder", folder_, "pictures, searched recursively (default: 96 drawn scenes)")
        ->check(CLI::ExistingDirectory);
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
    return {{"folder", folder_},
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
    if (folder_.empty()) IBOT_CHECK_OK(draw_scenes());
    data::DataOptions options;
    options.kind = "pictures";
    options.path = folder_;
    options.index = "off";
    IBOT_TRY(dataset_, data::open_dataset(options));
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
    data::PictureSource source(*dataset_, 0);  // nothing is kept: every pass decodes
    data::CropTimes times;
    std::optional<base::Error> failure;
    std::mutex mutex;
    const base::Stopwatch watch;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < threads_; ++thread) {
      threads.emplace_back([&, thread] {
        data::CropTimes own;
        const base::Status status = run_thread(source, thread, iterations, own);
        const std::lock_guard lock(mutex);
        times.resize += own.resize;
        times.colour += own.colour;
        times.blur += own.blur;
        times.masks += own.masks;
        if (!status) failure = status.error();
      });
    }
    threads.clear();
    Measurement out;
    out.seconds = watch.seconds();
    if (failure) return *failure;
    out.items = static_cast<double>(iterations) * static_cast<double>(dataset_->size());
    const auto pictures = source.statistics();
    out.stages = {{"1 read", pictures.read_seconds},
                  {"2 decode", pictures.decode_seconds},
                  {"3 resize", times.resize},
                  {"4 colour", times.colour},
                  {"5 blur", times.blur},
                  {"6 masks", times.masks}};
    return out;
  }

 private:
  /// Photographs are not part of the project; scenes of their usual size are drawn where none are given.
  base::Status draw_scenes() {
    drawn_ = std::filesystem::temp_directory_path() / base::str("ibot-bench-data-", ::getpid());
    data::PartsOptions options;
    options.train = 96;
    options.val = 0;
    options.size = 448;
    if (auto report = data::write_parts_dataset(drawn_, options); !report) return report.error();
    folder_ = (drawn_ / "train").string();
    return {};
  }

  /// Pictures thread, thread + threads, ... of every pass.
  base::Status run_thread(data::PictureSource& source, int thread, int iterations,
                          data::CropTimes& times) const {
    data::MultiCropRenderer renderer(source, settings_);
    renderer.measure(&times);
    data::Batch batch;
    batch.images = 1;
    renderer.shape(batch);
    for (int epoch = 0; epoch < iterations; ++epoch) {
      for (std::int64_t index = thread; index < dataset_->size(); index += threads_) {
        const data::SampleJob job{index, dataset_->sample(index).id, epoch, 0};
        if (base::Status status = renderer.render(job, {}, batch); !status) {
          return status.error().with_context(dataset_->file_path(index).string());
        }
      }
    }
    return {};
  }

  std::string folder_;
  std::filesystem::path drawn_;  ///< removed at the end
  data::MultiCropSettings settings_;
  bool masks_ = true;
  std::vector<double> mask_ratio_ = {0.0, 0.3};
  std::vector<double> mask_variance_ = {0.0, 0.2};
  int threads_ = 1;
  std::unique_ptr<const data::Dataset> dataset_;
  std::optional<plugin::Loader> loader_;
  std::shared_ptr<const data::MaskStrategy> strategy_;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::DataBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
