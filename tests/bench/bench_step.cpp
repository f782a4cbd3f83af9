// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness.h"
#include "memory.h"

#include <ibot/base/clock.h>
#include <ibot/base/random.h>
#include <ibot/data/mask.h>
#include <ibot/dist/collectives.h>
#include <ibot/nn/memory.h>
#include <ibot/params/value.h>
#include <ibot/plan/plan.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/plugin/loader.h>
#include <ibot/train/optimizer.h>
#include <ibot/train/replicas.h>
#include <ibot/train/trainer.h>
#include <ibot/train/training_data.h>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

// The whole training step of a recipe on random pictures: teacher, student, losses, backward, update. The
// masks are drawn by the recipe's own strategy, new in every step, as in training.
namespace ibot::bench {
namespace {

class StepBenchmark final : public Benchmark {
 public:
  std::string name() const override { return "step"; }
  std::string unit() const override { return "images"; }

  void add_options(CLI::App& app) override {
    app.add_option("--recipe", recipe_, "YAML file")->capture_default_str();
    app.add_option("--set", overrides_, "key=value, over the recipe; may be repeated");
    app.add_option("--batch", batch_, "Images a step")->capture_default_str();
    app.add_option("--threads", threads_, "Threads")->capture_default_str();
    app.add_option("--flops", gflop_per_image_,
                   "GFLOP of one image's step, for the share of the product rate")
        ->capture_default_str();
  }

  // From the plan, so that a reference does what the recipe says or refuses.
  nlohmann::json settings() const override {
    const data::CropOptions crops = plan_->crops();
    const nn::HeadOptions head = plan_->head();
    const auto value = [&](const std::string& key) {
      const auto found = plan_->values().find(key);
      return found == plan_->values().end() ? nlohmann::json() : params::to_json(found->second.value);
    };
    const nn::Backbone& student = *model_->networks.student;
    return {{"arch", arch({student.dim(), student.depth(), student.heads()})},
            {"patch_size", value("backbone.patch")},
            {"drop_path", value("backbone.drop_path")},
            {"batch", batch_},
            {"global_crops", crops.global.count},
            {"global_size", crops.global.size},
            {"local_crops", crops.local.count},
            {"local_size", crops.local.size},
            {"out_dim", head.out_dim},
            {"shared_head", head.shared},
            {"precision", value("train.precision")},
            {"mask_ratio", value("mask.ratio")},
            {"mask_variance", value("mask.variance")},
            {"clip_grad", plan_->optimizer().clip_grad},
            {"threads", threads_},
            {"seed", plan_->run().seed}};
  }

  base::Status prepare() override {
    nn::keep_tensor_memory();
    at::set_num_threads(threads_);
    gemm_rate_ = measure_products();
    before_ = resident_now();
    auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
    plan::PlanRequest request;
    request.file = recipe_;
    request.overrides = overrides_;
    request.overrides.push_back("train.batch=" + std::to_string(batch_));
    for (const plugin::PluginRecord& record : loader.plugins()) {
      if (record.manifest_readable) request.plugins.push_back(plan::plugin_info(record.manifest));
    }
    const plan::PlanResult result = plan::make_plan(request);
    if (!result.plan) {
      return base::Error{base::ErrorCode::InvalidArgument, params::to_text(result.diagnostics), "", ""};
    }
    plan_ = result.plan;
    IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, plan_->backbone().plugin->id));
    IBOT_CHECK_OK(loader.load(plugin::Kind::Masking, plan_->mask().plugin->id));
    for (const plan::ResolvedSection& section : plan_->losses()) {
      IBOT_CHECK_OK(loader.load(plugin::Kind::Loss, section.plugin->id));
    }
    IBOT_TRY(model_, train::build_model(*plan_, loader.registry()));
    IBOT_TRY(const auto masking, loader.registry().masking(plan_->mask().plugin->id));
    masks_ = masking(plan_->mask().content.values);
    optimizer_ = std::make_unique<train::Optimizer>(*model_->student, *model_->teacher, plan_->optimizer(),
                                                    model_->working);
    nn::release_tensor_memory();
    IBOT_TRY(const int replicas, train::replica_count(*plan_, *model_, threads_));
    IBOT_TRY(step_, train::ReplicatedStep::create(*plan_, loader.registry(), *model_, *optimizer_, replicas,
                                                  threads_));
    const data::CropOptions crops = plan_->crops();
    const auto pictures = [](std::int64_t count, std::int64_t size) {
      return at::randint(0, 256, {count, 3, size, size}, at::kByte);
    };
    batch_data_.images = batch_;
    batch_data_.global = pictures(crops.global.count * batch_, crops.global.size);
    if (crops.local.count > 0) batch_data_.local = pictures(crops.local.count * batch_, crops.local.size);
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    Measurement measurement;
    const base::Stopwatch all;
    for (int i = 0; i < iterations; ++i, ++steps_) {
      draw_masks();
      const train::LossContext context{.epoch = 1, .step = steps_, .collectives = collectives_.get()};
      base::Stopwatch watch;
      const int replicas = step_->replicas();
      const train::StepResult result =
          step_->forward_backward([&](int number) { return share(number, replicas); }, context);
      loss_ = result.loss.item<double>();
      measurement.stages["forward and backward"] += watch.seconds();
      watch.restart();
      optimizer_->update(
          {.lr = 1e-5, .weight_decay = 0.04, .teacher_momentum = 0.996, .freeze_last_layer = false});
      step_->finish(context);
      measurement.stages["update"] += watch.seconds();
      measurement.items += static_cast<double>(batch_);
    }
    measurement.seconds = all.seconds();
    last_rate_ = measurement.items / measurement.seconds;
    return measurement;
  }

  MemoryUse memory() const override { return {.before = before_, .peak = resident_peak()}; }

  std::vector<Note> notes() const override {
    return {{"products (bf16, 6112 x 384 x 1536) in the same process", gemm_rate_, "GF/s"},
            {"share of that rate in the last turn", 100 * last_rate_ * gflop_per_image_ / gemm_rate_, "%"},
            {"replicas", static_cast<double>(step_->replicas()), ""},
            {"loss of the last step", loss_, ""}};
  }

 private:
  // The published names of sizes; "other" is none that a reference could build by name.
  static std::string arch(const nlohmann::json& dim_depth_heads) {
    if (dim_depth_heads == nlohmann::json{192, 12, 3}) return "vit_tiny";
    if (dim_depth_heads == nlohmann::json{384, 12, 6}) return "vit_small";
    if (dim_depth_heads == nlohmann::json{768, 12, 12}) return "vit_base";
    if (dim_depth_heads == nlohmann::json{1024, 24, 16}) return "vit_large";
    return "other";
  }

  static double measure_products() {
    const at::Tensor a = at::randn({6112, 384}).to(at::kBFloat16);
    const at::Tensor b = at::randn({384, 1536}).to(at::kBFloat16);
    double best = 0;
    for (int i = 0; i < 12; ++i) {
      const base::Stopwatch watch;
      at::mm(a, b);
      best = std::max(best, 2.0 * 6112 * 384 * 1536 / watch.seconds() / 1e9);
    }
    return best;
  }

  // Images of a share, of every crop.
  train::StepBatch share(int number, int replicas) const {
    if (replicas == 1) return batch_data_;
    const std::int64_t images = batch_ / replicas;
    const auto slice = [&](const at::Tensor& all, std::int64_t dim) {
      if (!all.defined()) return at::Tensor();
      return all.unflatten(dim, {-1, batch_}).narrow(dim + 1, number * images, images).flatten(dim, dim + 1);
    };
    return {.global = slice(batch_data_.global, 0),
            .local = slice(batch_data_.local, 0),
            .teacher = {},
            .masks = slice(batch_data_.masks, 0),
            .images = images,
            .drop_path_uniform = slice(batch_data_.drop_path_uniform, 1)};
  }

  void draw_masks() {
    const std::int64_t crops = batch_data_.global.size(0) / batch_;
    const auto cell = model_->networks.student->patch_size();
    const auto side = static_cast<int>(batch_data_.global.size(2) / cell);
    std::vector<std::uint8_t> all;
    for (std::int64_t crop = 0; crop < crops; ++crop) {
      for (std::int64_t image = 0; image < batch_; ++image) {
        std::vector<std::uint8_t> mask(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
        const auto sample = static_cast<std::uint64_t>(image);
        base::RandomStream random(1, base::Purpose::Mask, static_cast<std::uint64_t>(steps_), sample,
                                  static_cast<std::uint64_t>(crop));
        masks_->fill({.rows = side,
                      .cols = side,
                      .epoch = 0,
                      .sample = sample,
                      .crop = static_cast<int>(crop),
                      .attention = {}},
                     random, mask);
        all.insert(all.end(), mask.begin(), mask.end());
      }
    }
    batch_data_.masks = at::from_blob(all.data(), {crops * batch_, side, side}, at::kByte).to(at::kBool);
    std::vector<std::uint64_t> samples;
    for (std::int64_t image = 0; image < batch_; ++image)
      samples.push_back(static_cast<std::uint64_t>(image));
    const std::int64_t locals = batch_data_.local.defined() ? batch_data_.local.size(0) / batch_ : 0;
    batch_data_.drop_path_uniform = train::drop_path_draws(1, steps_, samples, crops + locals,
                                                           model_->networks.student->depth(), model_->master);
  }

  std::string recipe_ = "experiments/recipes/vit_small_imagenet.yaml";
  std::vector<std::string> overrides_;
  std::int64_t batch_ = 8;
  int threads_ = 2;
  double gflop_per_image_ = 130.3;
  double gemm_rate_ = 0, last_rate_ = 0, loss_ = 0;
  std::uint64_t before_ = 0;
  std::int64_t steps_ = 0;
  std::optional<plan::Plan> plan_;
  std::unique_ptr<train::Model> model_;
  std::unique_ptr<data::MaskStrategy> masks_;
  std::unique_ptr<train::Optimizer> optimizer_;
  std::unique_ptr<train::ReplicatedStep> step_;
  std::unique_ptr<dist::Collectives> collectives_ = dist::null_collectives();
  train::StepBatch batch_data_;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::StepBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
