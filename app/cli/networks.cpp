// SPDX-License-Identifier: GPL-3.0-or-later
#include "networks.h"

#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/nn/state.h>
#include <ibot/train/model.h>

#include <iostream>
#include <utility>

namespace ibot::cli {

base::Result<MatchedBackbone> match_backbone(plugin::Loader& loader, const plan::Plan& plan,
                                             const std::filesystem::path& path, bool masked_modelling) {
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, plan.backbone().plugin->id));
  IBOT_TRY(auto backbone, train::build_backbone(plan, loader.registry(), masked_modelling));
  IBOT_TRY(auto file, weights::TensorFile::open_safetensors(path));
  IBOT_TRY(auto report,
           weights::match(nn::expected_tensors(*backbone), file,
                          {.interpolate_positions = true, .network = weights::Network::Teacher}));
  return MatchedBackbone{std::move(backbone), std::move(file), std::move(report)};
}

base::Result<std::string> check_start_weights(plugin::Loader& loader, const plan::Plan& plan,
                                              const std::filesystem::path& file) {
  IBOT_TRY(const MatchedBackbone matched, match_backbone(loader, plan, file, true));
  std::cerr << matched.report.to_text() << '\n';
  if (!matched.report.complete()) return matched.report.error();
  for (const weights::TensorView& view : matched.file.tensors()) {
    const at::Tensor tensor = nn::tensor_from(view);
    if (!tensor.is_floating_point() || tensor.isfinite().all().item<bool>()) continue;
    return base::Error{base::ErrorCode::NonFinite,
                       base::str(base::quote_untrusted(view.name), " of ", file.string(),
                                 " holds values that are not finite"),
                       "numbers", "The file may be damaged, or its training has diverged"};
  }
  return base::sha256_file(file);
}

base::Status check_branch(plugin::Loader& loader, const plan::Plan& plan,
                          const std::filesystem::path& checkpoint) {
  IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(checkpoint));
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, plan.backbone().plugin->id));
  IBOT_TRY(const auto backbone, train::build_backbone(plan, loader.registry(), true));
  nn::Head head(train::student_head_shape(plan, backbone->dim()));
  for (const auto& [prefix, module] :
       {std::pair<const char*, nn::Module*>{"student.backbone.", backbone.get()}, {"student.head.", &head}}) {
    const base::Status fits = nn::check_state(file, prefix, *module);
    if (fits) continue;
    base::Error error = fits.error();
    error.message = "the changed network cannot go on from this checkpoint: " + error.message;
    error.hint =
        "A branch changes what is learnt, not the network's sizes; `train --init` starts another "
        "network from such weights";
    return error;
  }
  return {};
}

nn::Normalisation normalisation_of(const plan::Plan& plan) {
  nn::Normalisation normalisation;
  const data::CropOptions crops = plan.crops();
  for (std::size_t i = 0; i < 3; ++i) {
    normalisation.mean[i] = crops.mean[i];
    normalisation.std[i] = crops.std[i];
  }
  return normalisation;
}

base::Result<LoadedNetwork> load_network(plugin::Loader& loader, OpenedRun& opened,
                                         const std::string& network, std::int64_t step) {
  if (network != "teacher" && network != "student") {
    return base::Error{base::ErrorCode::InvalidArgument, "unknown network " + base::quote_untrusted(network),
                       "teacher or student", ""};
  }
  IBOT_TRY(const auto checkpoints, opened.reader.checkpoints(opened.id));
  const record::Checkpoint* chosen = nullptr;
  std::string there;
  for (const bool full : {true, false}) {
    if (!full && network == "student") continue;  // snapshots hold the teacher alone
    for (const record::Checkpoint& checkpoint : checkpoints) {
      if (checkpoint.state != record::CheckpointState::Present) continue;
      if ((checkpoint.kind == record::CheckpointKind::Full) != full) continue;
      there += (there.empty() ? "" : ", ") + std::to_string(checkpoint.step);
      const bool wanted = step < 0 ? full || chosen == nullptr || chosen->kind != record::CheckpointKind::Full
                                   : checkpoint.step == step && chosen == nullptr;
      if (wanted) chosen = &checkpoint;
    }
  }
  if (chosen == nullptr) {
    return base::Error{
        base::ErrorCode::NotFound,
        step < 0 ? base::str("the run ", opened.id, " has saved no weights of the ", network)
                 : base::str("the run ", opened.id, " has no weights of the ", network, " at step ", step),
        there.empty() ? "a run that has saved something" : "one of the steps " + there, ""};
  }
  IBOT_TRY(const auto file,
           weights::TensorFile::open_safetensors(opened.workspace.run_folder(opened.id) / chosen->path));
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  IBOT_TRY(PreparedPlan prepared, prepare_recorded_plan(loader, yaml, false, {}, true));
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, prepared.plan.backbone().plugin->id));
  const bool student = network == "student";
  IBOT_TRY(auto backbone, train::build_backbone(prepared.plan, loader.registry(), student));
  IBOT_CHECK_OK(nn::load_state(file, network + ".backbone.", *backbone));
  auto head = std::make_unique<nn::Head>(student ? train::student_head_shape(prepared.plan, backbone->dim())
                                                 : train::teacher_head_shape(prepared.plan, backbone->dim()));
  IBOT_CHECK_OK(nn::load_state(file, network + ".head.", *head));
  return LoadedNetwork{.plan = prepared.plan,
                       .backbone = std::move(backbone),
                       .head = std::move(head),
                       .normalisation = normalisation_of(prepared.plan),
                       .step = chosen->step,
                       .run = opened.id};
}

}  // namespace ibot::cli
