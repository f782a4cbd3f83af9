// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/nn/init.h>
#include <ibot/plan/options.h>
#include <ibot/plugin/boundary.h>
#include <ibot/train/device.h>
#include <ibot/train/loss_terms.h>
#include <ibot/train/model.h>

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <dlfcn.h>

#include <optional>

namespace ibot::train {
namespace {

// The program links LibTorch's CPU part alone, so that it runs where the CUDA libraries are not: they are
// loaded when a run asks for them, and register themselves.
base::Status load_cuda(const std::string& name) {
  const auto devices = [] {
    return c10::impl::hasDeviceGuardImpl(at::kCUDA) ? c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount()
                                                    : c10::DeviceIndex{0};
  };
  if (devices() > 0) return {};
  if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const char* why = ::dlerror();
    return base::Error{base::ErrorCode::NotFound,
                       "train.device is " + name + ", but LibTorch's CUDA part cannot be loaded", "",
                       base::str(why == nullptr ? "" : why, ". `./workbench setup --gpu` fetches it")};
  }
  if (devices() > 0) return {};
  return base::Error{
      base::ErrorCode::NotFound, "train.device is " + name + ", but there is no CUDA device here",
      "a GPU that its driver shows", "`nvidia-smi` lists them; on the processor: train.device=cpu"};
}

base::Result<at::Device> device_of(const std::string& name) {
  std::optional<at::Device> device;
  try {
    device = at::Device(name);
  } catch (const std::exception&) {
    return base::Error{base::ErrorCode::InvalidArgument, "unknown device " + base::quote_untrusted(name),
                       "cpu, cuda or cuda:N", ""};
  }
  if (device->is_cuda()) IBOT_CHECK_OK(load_cuda(name));
  return *device;
}

}  // namespace

base::Result<std::unique_ptr<nn::Backbone>> build_backbone(const plan::Plan& plan,
                                                           const plugin::Registry& registry,
                                                           bool masked_modelling) {
  IBOT_TRY(const auto factory, registry.backbone(plan.backbone().plugin->id));
  const plugin::BackboneRequest request{.image_size = static_cast<int>(plan.crops().global.size),
                                        .channels = 3,
                                        .masked_modelling = masked_modelling};
  return plugin::stop_exceptions("backbone " + plan.backbone().plugin->id,
                                 [&] { return factory(plan.backbone().content.values, request); });
}

nn::Head::Shape student_head_shape(const plan::Plan& plan, std::int64_t dim) {
  const nn::HeadOptions head = plan.head();
  return {.in_dim = dim,
          .options = head,
          .shared = head.shared,
          .patch_head = true,
          .train_weight_g = !head.norm_last_layer};
}

nn::Head::Shape teacher_head_shape(const plan::Plan& plan, std::int64_t dim) {
  nn::Head::Shape shape = student_head_shape(plan, dim);
  shape.shared = plan.head().shared_teacher;
  shape.train_weight_g = false;
  return shape;
}

base::Status check_device(const std::string& name) {
  IBOT_TRY([[maybe_unused]] const at::Device device, device_of(name));
  return {};
}

base::Result<std::unique_ptr<Model>> build_model(const plan::Plan& plan, const plugin::Registry& registry) {
  auto model = std::make_unique<Model>();
  const TrainOptions train = plan.train();
  const data::CropOptions crops = plan.crops();
  IBOT_TRY(model->device, device_of(train.device));
  model->master = train.precision == "fp64" ? at::kDouble : at::kFloat;
  model->working = train.precision == "bf16" ? at::kBFloat16 : model->master;
  for (std::size_t i = 0; i < 3; ++i) {
    model->normalisation.mean[i] = crops.mean[i];
    model->normalisation.std[i] = crops.std[i];
  }

  IBOT_TRY(model->networks.student, build_backbone(plan, registry, true));
  IBOT_TRY(model->networks.teacher, build_backbone(plan, registry, false));
  const std::int64_t dim = model->networks.student->dim();
  model->networks.student_head = std::make_unique<nn::Head>(student_head_shape(plan, dim));
  model->networks.teacher_head = std::make_unique<nn::Head>(teacher_head_shape(plan, dim));
  model->student = std::make_unique<NetworkView>(*model->networks.student, *model->networks.student_head);
  model->teacher = std::make_unique<NetworkView>(*model->networks.teacher, *model->networks.teacher_head);

  const nn::Initializer init(static_cast<std::uint64_t>(plan.run().seed));
  model->networks.student->initialize(init);
  nn::initialize(*model->networks.student_head, init, "head.");
  model->student->to(model->device, model->master, model->working);
  model->teacher->to(model->device, model->master, model->working);
  nn::refresh_working(*model->student);
  nn::copy_matching_state(*model->teacher, *model->student);

  for (const plan::ResolvedSection& section : plan.losses()) {
    const double weight = params::bind<plan::LossOptions>(section.content.values).weight;
    if (weight == 0) continue;
    IBOT_TRY(auto term, make_loss_term(plan, registry, section));
    term->to(model->device, model->master, model->master);
    model->terms.push_back({section.plugin->id, weight, std::move(term)});
  }
  return model;
}

}  // namespace ibot::train
