// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../plugins/backbones/vit/vit.h"
#include "../../plugins/losses/ibot_cls/ibot_cls.h"
#include "../../plugins/losses/ibot_patch/ibot_patch.h"
#include "engine_support.h"

#include <ibot/dist/collectives.h>
#include <ibot/train/optimizer.h>
#include <ibot/train/schedule.h>
#include <ibot/train/step.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

namespace ibot {
namespace {

IBOT_GOLDEN_SUITE(GoldenTrainSteps, "train_steps");

struct Training {
  train::Networks networks;
  std::unique_ptr<train::NetworkView> student, teacher;
  std::vector<train::WeightedTerm> terms;
  std::int64_t steps_per_epoch = 0;
};

Training make_run(const nlohmann::json& settings) {
  const nlohmann::json& args = settings.at("args");
  const nlohmann::json& net = settings.at("backbone");
  Training run;
  vit::VitOptions options;
  options.patch = net.at("patch");
  options.dim = net.at("dim");
  options.depth = net.at("depth");
  options.heads = net.at("heads");
  options.mlp_ratio = net.at("mlp_ratio");
  options.drop_path = args.at("drop_path");
  run.networks.student = std::make_unique<vit::Vit>(options, net.at("img_size"), true);
  run.networks.teacher = std::make_unique<vit::Vit>(options, net.at("img_size"), false);
  nn::Head::Shape shape;
  shape.in_dim = options.dim;
  shape.options.out_dim = args.at("out_dim");
  shape.options.patch_out_dim = args.at("patch_out_dim");
  shape.options.hidden_dim = settings.at("head").at("hidden_dim");
  shape.options.bottleneck_dim = settings.at("head").at("bottleneck_dim");
  shape.options.norm =
      args.at("norm_in_head").is_null() ? "none" : args.at("norm_in_head").get<std::string>();
  shape.options.activation = args.at("act_in_head");
  shape.shared = args.at("shared_head");
  shape.train_weight_g = !args.at("norm_last_layer").get<bool>();
  run.networks.student_head = std::make_unique<nn::Head>(shape);
  shape.shared = args.at("shared_head_teacher");
  shape.train_weight_g = false;
  run.networks.teacher_head = std::make_unique<nn::Head>(shape);
  run.student = std::make_unique<train::NetworkView>(*run.networks.student, *run.networks.student_head);
  run.teacher = std::make_unique<train::NetworkView>(*run.networks.teacher, *run.networks.teacher_head);

  run.steps_per_epoch = settings.at("iterations_per_epoch");
  plugin::LossRequest request;
  request.out_dim = shape.options.out_dim;
  request.patch_out_dim = args.at("shared_head").get<bool>() || shape.shared ? shape.options.out_dim
                                                                             : shape.options.patch_out_dim;
  request.global_crops = args.at("global_crops_number");
  request.local_crops = args.at("local_crops_number");
  request.epochs = args.at("epochs");
  request.steps_per_epoch = run.steps_per_epoch;
  request.mask_start_epoch = args.at("pred_start_epoch");
  losses::IbotClsOptions cls;
  cls.warmup_teacher_temp = args.at("warmup_teacher_temp");
  cls.teacher_temp = args.at("teacher_temp");
  cls.warmup_teacher_temp_epochs = args.at("warmup_teacher_temp_epochs");
  losses::IbotPatchOptions patch;
  patch.warmup_teacher_temp = args.at("warmup_teacher_patch_temp");
  patch.teacher_temp = args.at("teacher_patch_temp");
  patch.warmup_teacher_temp_epochs = args.at("warmup_teacher_temp_epochs");
  run.terms.push_back({"ibot_cls", args.at("lambda1"), std::make_unique<losses::IbotCls>(cls, request)});
  run.terms.push_back(
      {"ibot_patch", args.at("lambda2"), std::make_unique<losses::IbotPatch>(patch, request)});
  for (train::WeightedTerm& term : run.terms) term.term->to(at::kCPU, at::kDouble, at::kDouble);
  return run;
}

double metric(const train::StepResult& result, const std::string& name) {
  for (const auto& [key, value] : result.metrics) {
    if (key == name) return value.item<double>();
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

// (u8 - 128) / 64, crop-major [V * B, 3, S, S].
at::Tensor images_of(const at::Tensor& all, std::int64_t iteration) {
  return ((all.select(0, iteration) - 128) / 64).flatten(0, 1).contiguous();
}

TEST_P(GoldenTrainSteps, LossesUpdatesAndTeacher) {
  const nlohmann::json& settings = golden().settings();
  if (settings.at("backbone").at("kind") != "vit") {
    GTEST_SKIP() << "backbone " << settings.at("backbone").at("kind") << " is not yet supported";
  }
  const nlohmann::json& args = settings.at("args");
  Training run = make_run(settings);
  test::load_golden_state(golden(), "param.student.init.", *run.student);
  run.teacher->to(at::kCPU, at::kDouble, at::kDouble);
  {
    // Parameters that only the teacher has do not exist; every other one comes from the student.
    nn::copy_matching_state(*run.teacher, *run.student);
    for (const nn::NamedTensor& named : run.teacher->state()) {
      const std::string key = "param.teacher.init." + named.name;
      ASSERT_EQ(test::values_of(*named.tensor), golden().doubles(key)) << key;
    }
  }
  train::OptimizerOptions options;
  options.kind = args.at("optimizer");
  options.clip_grad = args.at("clip_grad");
  train::Optimizer optimizer(*run.student, *run.teacher, options, at::kDouble);
  train::Step step(run.networks, run.terms, {});

  const std::int64_t total = args.at("epochs").get<std::int64_t>() * run.steps_per_epoch;
  const double peak = args.at("lr").get<double>() * args.at("batch_size_per_gpu").get<double>() / 256;
  const auto number = [&](const char* key) { return args.at(key).get<double>(); };
  const std::int64_t warmup = args.at("warmup_epochs").get<std::int64_t>() * run.steps_per_epoch;
  const auto lr = train::CosineSchedule::create({peak, number("min_lr"), total, warmup});
  const auto decay =
      train::CosineSchedule::create({number("weight_decay"), number("weight_decay_end"), total});
  const auto momentum = train::CosineSchedule::create({number("momentum_teacher"), 1.0, total});
  const auto collectives = dist::null_collectives();

  const at::Tensor global = test::tensor_of(golden(), "in.global_u8");
  const at::Tensor local = test::tensor_of(golden(), "in.local_u8");
  const at::Tensor masks = test::mask_of(golden(), "in.masks");
  const std::int64_t iterations = global.size(0);
  std::vector<double> loss, cls, patch, lrs, decays, momenta, agreement, centres, patch_centres;
  for (std::int64_t i = 0; i < iterations; ++i) {
    SCOPED_TRACE("iteration " + std::to_string(i));
    train::StepBatch batch;
    batch.images = global.size(2);
    batch.global = images_of(global, i);
    if (local.size(1) > 0) batch.local = images_of(local, i);
    batch.masks = masks.select(0, i).flatten(0, 1);
    const train::LossContext context{
        .epoch = i / run.steps_per_epoch, .step = i, .collectives = collectives.get()};
    const train::StepResult result = step.forward_backward(batch, context);
    step.finish(context);
    if (i == 0) {
      for (const nn::NamedParameter& named : run.student->parameters()) {
        const std::string key = "out.grad0." + named.name;
        if (golden().has(key)) test::expect_golden(golden(), key, named.parameter->value.grad());
      }
    }
    const train::UpdateValues values{
        .lr = lr->at(i),
        .weight_decay = decay->at(i),
        .teacher_momentum = momentum->at(i),
        .freeze_last_layer = context.epoch < args.at("freeze_last_layer").get<std::int64_t>()};
    optimizer.update(values);
    const nlohmann::json& norms = golden().json().at("grad_norms").at(static_cast<std::size_t>(i));
    for (std::size_t n = 0; n < optimizer.names().size(); ++n) {
      const std::string& name = optimizer.names()[n];
      if (!norms.contains(name)) continue;
      test::expect_close(std::vector{optimizer.gradient_norms()[n]},
                         std::vector{norms.at(name).get<double>()}, golden().tolerance("grad_norms"),
                         "norm of " + name);
    }
    loss.push_back(result.loss.item<double>());
    cls.push_back(metric(result, "cls"));
    patch.push_back(metric(result, "patch"));
    agreement.push_back(metric(result, "acc"));
    lrs.push_back(values.lr);
    decays.push_back(values.weight_decay);
    momenta.push_back(values.teacher_momentum);
    const auto append = [](std::vector<double>& to, const at::Tensor& from) {
      const std::vector<double> more = test::values_of(from);
      to.insert(to.end(), more.begin(), more.end());
    };
    append(centres, *run.terms[0].term->buffers().front().tensor);
    append(patch_centres, *run.terms[1].term->buffers().front().tensor);
    for (const auto& [prefix, network] :
         {std::pair("student", run.student.get()), std::pair("teacher", run.teacher.get())}) {
      for (const nn::NamedTensor& named : network->state()) {
        const std::string key =
            std::string("out.") + prefix + ".after" + std::to_string(i + 1) + "." + named.name;
        if (golden().has(key)) {
          test::expect_golden(golden(), key, *named.tensor);
        }
      }
    }
  }
  const auto compare = [&](const char* name, const std::vector<double>& values) {
    const std::string key = std::string("out.") + name;
    test::expect_close(values, golden().doubles(key), golden().tolerance(key), key);
  };
  compare("loss", loss);
  compare("cls", cls);
  compare("patch", patch);
  compare("lr", lrs);
  compare("wd", decays);
  compare("momentum", momenta);
  compare("acc", agreement);
  compare("center", centres);
  compare("center2", patch_centres);
}

}  // namespace
}  // namespace ibot
