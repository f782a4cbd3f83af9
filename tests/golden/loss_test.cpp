// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../plugins/losses/ibot_cls/ibot_cls.h"
#include "../../plugins/losses/ibot_patch/ibot_patch.h"
#include "engine_support.h"

#include <ibot/dist/collectives.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/nonzero.h>

#include <thread>

namespace ibot {
namespace {

using test::tensor_of;
using train::Network;
using train::Rows;
using train::Stage;

IBOT_GOLDEN_SUITE(GoldenLoss, "loss");

// One rank: its terms, and every call of the case compared. `prefix`: "", or "rank0." and the like before a
// key's rest.
void run_rank(const test::GoldenCase& golden, const std::string& rank, dist::Collectives& collectives) {
  const nlohmann::json& s = golden.settings();
  plugin::LossRequest request;
  request.out_dim = s.at("K");
  request.patch_out_dim = s.at("K2");
  request.global_crops = s.at("ng");
  request.local_crops = s.at("nl");
  request.epochs = s.at("epochs");
  request.mask_start_epoch = s.at("pred_start_epoch");
  losses::IbotClsOptions cls_options{.student_temp = s.at("student_temp"),
                                     .warmup_teacher_temp = s.at("warmup_teacher_temp"),
                                     .teacher_temp = s.at("teacher_temp"),
                                     .warmup_teacher_temp_epochs = s.at("warmup_teacher_temp_epochs"),
                                     .center_momentum = s.at("center_momentum")};
  losses::IbotPatchOptions patch_options{.student_temp = s.at("student_temp"),
                                         .warmup_teacher_temp = s.at("warmup_teacher_patch_temp"),
                                         .teacher_temp = s.at("teacher_patch_temp"),
                                         .warmup_teacher_temp_epochs = s.at("warmup_teacher_temp_epochs"),
                                         .center_momentum = s.at("center_momentum2"),
                                         .reduction = "mean"};
  losses::IbotCls cls(cls_options, request);
  losses::IbotPatch patch(patch_options, request);
  cls.to(at::kCPU, at::kDouble, at::kDouble);
  patch.to(at::kCPU, at::kDouble, at::kDouble);

  const auto images = s.at("B").get<std::int64_t>();
  const std::vector<std::int64_t> epochs = s.at("call_epochs");
  for (std::size_t call = 0; call < epochs.size(); ++call) {
    const std::string place = rank + "call" + std::to_string(call) + ".";
    SCOPED_TRACE(place);
    const auto in = [&](const char* key) { return "in." + place + key; };
    const auto out = [&](const char* key) { return "out." + place + key; };
    const at::Tensor student_cls = tensor_of(golden, in("student_cls")).requires_grad_();
    const at::Tensor student_patch = tensor_of(golden, in("student_patch")).requires_grad_();
    const at::Tensor teacher_patch = tensor_of(golden, in("teacher_patch"));
    at::Tensor student_local;
    train::StepOutputs outputs;
    outputs.images = images;
    outputs.global_crops = request.global_crops;
    outputs.local_crops = request.local_crops;
    outputs.patches = s.at("N");
    outputs.masks = test::mask_of(golden, in("masks")).view({-1, outputs.patches});
    const at::Tensor masked = at::nonzero(outputs.masks.flatten()).squeeze(1);
    outputs.masked_weight = outputs.masks.sum(1)
                                .clamp_min(1)
                                .to(at::kDouble)
                                .reciprocal()
                                .index_select(0, masked.div(outputs.patches, "floor"));
    outputs.set({Network::Student, Rows::ClsGlobal, Stage::Logits}, student_cls);
    outputs.set({Network::Teacher, Rows::ClsGlobal, Stage::Logits}, tensor_of(golden, in("teacher_cls")));
    if (request.local_crops > 0) {
      student_local = tensor_of(golden, in("student_local_cls")).requires_grad_();
      outputs.set({Network::Student, Rows::ClsLocal, Stage::Logits}, student_local);
    }
    outputs.set({Network::Student, Rows::MaskedPatches, Stage::Logits},
                student_patch.flatten(0, 1).index_select(0, masked));
    outputs.set({Network::Teacher, Rows::MaskedPatches, Stage::Logits},
                teacher_patch.flatten(0, 1).index_select(0, masked));
    outputs.set({Network::Teacher, Rows::AllPatches, Stage::Logits, train::Reduction::Mean},
                teacher_patch.flatten(0, 1).mean(0, true));

    const train::LossContext context{.epoch = epochs[call], .step = 0, .collectives = &collectives};
    const train::LossResult cls_result = cls.compute(outputs, context);
    const train::LossResult patch_result = patch.compute(outputs, context);
    const at::Tensor cls_loss = cls_result.loss * s.at("lambda1").get<double>();
    const at::Tensor patch_loss =
        (patch_result.loss.defined() ? patch_result.loss : student_patch.sum() * 0) *
        s.at("lambda2").get<double>();
    const at::Tensor loss = cls_loss + patch_loss;
    loss.backward();
    cls.finish_step(context);
    patch.finish_step(context);
    const auto compare = [&](const char* key, const at::Tensor& value) {
      test::expect_close(test::values_of(value), golden.doubles(out(key)), golden.tolerance(out(key)),
                         out(key));
    };
    compare("cls", cls_loss);
    compare("patch", patch_loss);
    compare("loss", loss);
    compare("center", *cls.buffers().front().tensor);
    compare("center2", *patch.buffers().front().tensor);
    compare("grad.student_cls", student_cls.grad());
    if (golden.has(out("grad.student_patch"))) compare("grad.student_patch", student_patch.grad());
    if (student_local.defined()) compare("grad.student_local_cls", student_local.grad());
  }
}

TEST_P(GoldenLoss, EveryCall) {
  const int world = golden().settings().at("world_size");
  const auto ranks = dist::in_process_collectives(world);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < world; ++rank) {
    const std::string prefix = world == 1 ? "" : "rank" + std::to_string(rank) + ".";
    threads.emplace_back([&, rank, prefix] {
      try {
        run_rank(golden(), prefix, *ranks[static_cast<std::size_t>(rank)]);
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace ibot
