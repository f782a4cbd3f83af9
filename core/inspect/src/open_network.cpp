// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_network.h"

#include <ibot/base/text.h>
#include <ibot/nn/init.h>
#include <ibot/nn/state.h>
#include <ibot/params/layers.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/train/model.h>
#include <ibot/weights/key_map.h>
#include <ibot/weights/match.h>

#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace ibot::inspect {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

nn::Normalisation normalisation_of(const plan::Plan& plan, const protocol::NetworkChoice& choice) {
  nn::Normalisation normalisation;
  const data::CropOptions crops = plan.crops();
  for (std::size_t i = 0; i < 3; ++i) {
    normalisation.mean[i] = choice.mean > 0 ? choice.mean : crops.mean[i];
    normalisation.std[i] = choice.std > 0 ? choice.std : crops.std[i];
  }
  return normalisation;
}

// A file as it is now: another one under the same name has another key.
std::string file_key(const fs::path& file) {
  std::error_code ignored;
  const auto time = fs::last_write_time(file, ignored).time_since_epoch().count();
  const auto size = fs::file_size(file, ignored);
  return base::str(file.string(), "|", time, "|", size);
}

// The canonical name of a tensor of a file, without "backbone.".
std::optional<std::vector<std::int64_t>> shape_of(const weights::TensorFile& file, std::string_view ending) {
  for (const weights::TensorView& tensor : file.tensors()) {
    const std::string_view name = tensor.name;
    if (name == ending || (name.ends_with(ending) && name[name.size() - ending.size() - 1] == '.'))
      return tensor.shape;
  }
  return std::nullopt;
}

void describe(const OpenNetwork& network, protocol::SeenNetwork& seen) {
  const nn::Backbone& backbone = *network.backbone;
  seen.backbone = network.plan.backbone().plugin->id;
  seen.depth = backbone.depth();
  seen.heads = backbone.heads();
  seen.dim = backbone.dim();
  seen.patch = backbone.patch_size();
  const std::int64_t side = std::max<std::int64_t>(network.plan.crops().global.size, seen.patch);
  seen.prefix = backbone.grid(side, side).prefix;
  seen.prototypes = network.head ? network.head->patch_out_dim() : 0;
}

base::Status load_run(const FoundNetwork& found, OpenNetwork& network, bool student) {
  IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(found.source->file));
  const std::string prefix = found.choice.network + ".";
  IBOT_CHECK_OK(nn::load_state(file, prefix + "backbone.", *network.backbone));
  const std::int64_t dim = network.backbone->dim();
  network.head = std::make_unique<nn::Head>(student ? train::student_head_shape(network.plan, dim)
                                                    : train::teacher_head_shape(network.plan, dim));
  return nn::load_state(file, prefix + "head.", *network.head);
}

// A teacher in the student's place: its own weights, and the student's for what a teacher lacks.
base::Status load_stand_in(const FoundNetwork& found, OpenNetwork& network) {
  IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(found.source->file));
  for (const nn::NamedTensor& named : network.backbone->state()) {
    const weights::TensorView* view = file.find("teacher.backbone." + named.name);
    const bool of_student = view == nullptr;
    if (of_student) view = file.find("student.backbone." + named.name);
    if (view == nullptr) {
      return Error{ErrorCode::Unsupported,
                   base::str("the teacher at step ", base::format_count(found.source->seen.step), " has no ",
                             named.name, ": it cannot stand in for the student where patches are masked"),
                   "a step with a full checkpoint, or a snapshot that carries the student's mask token",
                   "Snapshots that runs write from now on carry it"};
    }
    if (view->shape != named.tensor->sizes().vec()) {
      return Error{ErrorCode::Incompatible,
                   base::str(of_student ? "student" : "teacher", ".backbone.", named.name, " has shape ",
                             weights::format_shape(view->shape)),
                   weights::format_shape(named.tensor->sizes().vec()),
                   "The snapshot belongs to another plan"};
    }
    named.tensor->copy_(nn::tensor_from(*view));
  }
  network.head = std::make_unique<nn::Head>(train::teacher_head_shape(network.plan, network.backbone->dim()));
  return nn::load_state(file, "teacher.head.", *network.head);
}

std::string text_of(const weights::TensorFile& file, const char* key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? std::string() : found->second;
}

// Heads leave no trace in the tensors: the file says how many there are, as those of `ibot export` do, or it
// has the width of a published Vision Transformer, whose heads are all 64 wide.
base::Result<std::int64_t> heads_of(const weights::TensorFile& file, const std::string& name,
                                    std::int64_t dim) {
  if (const std::string said = text_of(file, "heads"); !said.empty()) {
    const auto heads = base::parse_int(said);
    if (heads && *heads > 0 && *heads <= dim && dim % *heads == 0) return *heads;
    return Error{
        ErrorCode::Corrupt,
        base::quote_untrusted(name, 300) + " says that it has " + base::quote_untrusted(said) + " heads",
        base::str("a divisor of its width ", dim), ""};
  }
  if (dim == 192 || dim == 384 || dim == 768 || dim == 1024) return dim / 64;
  const std::string run = text_of(file, "run");
  return Error{ErrorCode::Unsupported,
               base::str(base::quote_untrusted(name, 300), " does not say how many heads a network of width ",
                         dim, " has, and its tokens depend on it"),
               "a file of `ibot export`, or a width of 192, 384, 768 or 1024",
               run.empty() ? std::string("--recipe FILE says what network the weights are of")
                           : "It was saved by the run " + base::quote_untrusted(run) +
                                 ": look at that run, or name its --recipe"};
}

// The blocks of a Vision Transformer count from 0 without a gap: where one lacks, the file is damaged, and a
// network of the blocks before it would be another one. Returns their number.
base::Result<std::int64_t> depth_of(const weights::TensorFile& file, const std::string& name) {
  std::int64_t depth = 0;
  while (shape_of(file, base::str("blocks.", depth, ".norm1.weight"))) ++depth;
  std::int64_t last = -1;
  bool norms = depth > 0;
  std::string named;
  for (const weights::TensorView& tensor : file.tensors()) {
    const std::vector<std::string> parts = base::split(tensor.name, '.');
    const auto at = std::find(parts.begin(), parts.end(), "blocks");
    if (at == parts.end() || at + 1 == parts.end()) continue;
    const auto block = base::parse_int(*(at + 1));
    if (!block) continue;
    norms = norms || tensor.name.ends_with(".norm1.weight");
    if (*block <= last) continue;
    last = *block;
    named = tensor.name;
  }
  if (last < depth || !norms) return depth;
  return Error{
      ErrorCode::Corrupt,
      base::str(base::quote_untrusted(name, 300), " has no tensor blocks.", depth, ".norm1.weight, but ",
                base::quote_untrusted(named), ": block ", depth, " is missing, or a part of it"),
      base::str("all blocks from 0 to ", last), "The file was probably cut or put together by hand"};
}

// "crops: {mean: ..., std: ...}" of a file that says how its pictures were normalised.
std::string normalisation_text(const weights::TensorFile& file) {
  std::string text;
  for (const char* key : {"mean", "std"}) {
    const nlohmann::json values = nlohmann::json::parse(text_of(file, key), nullptr, false);
    const bool usable = values.is_array() && values.size() == 3 &&
                        std::all_of(values.begin(), values.end(), [](const nlohmann::json& value) {
                          return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1;
                        });
    if (usable) text += base::str(", ", key, ": ", values.dump());
  }
  return text;
}

base::Status load_weights(const FoundNetwork& found, const weights::TensorFile& file, OpenNetwork& network) {
  IBOT_TRY(const auto report,
           weights::match(nn::expected_tensors(*network.backbone), file,
                          {.interpolate_positions = true,
                           .network = found.choice.network == "student" ? weights::Network::Student
                                                                        : weights::Network::Teacher}));
  if (!report.complete()) return report.error();
  nn::load_matched(report, *network.backbone);
  return {};
}

}  // namespace

ViewSources::~ViewSources() = default;

base::Result<FoundNetwork> find_network(ViewSources* sources, const protocol::NetworkChoice& choice) {
  if (choice.network != "teacher" && choice.network != "student") {
    return Error{ErrorCode::InvalidArgument, "unknown network " + base::quote_untrusted(choice.network),
                 "teacher or student", ""};
  }
  FoundNetwork found{choice, std::nullopt, {}};
  if (!choice.run.empty()) {
    if (sources == nullptr)
      return Error{ErrorCode::Unsupported, "runs cannot be looked at here", "a file of weights", ""};
    IBOT_TRY(found.source, sources->network(choice));
    found.key = file_key(found.source->file) + "|" + choice.network;
    if (choice.untrained) found.key = "untrained|" + found.source->plan.hashes().plan;
    return found;
  }
  if (choice.weights.empty()) {
    return Error{ErrorCode::InvalidArgument, "nothing to look at", "a run or a file of weights", ""};
  }
  std::error_code ignored;
  if (!fs::exists(choice.weights, ignored)) {
    return Error{ErrorCode::NotFound, "there is no file " + base::quote_untrusted(choice.weights, 300),
                 "a safetensors file", ""};
  }
  found.key = base::str(file_key(choice.weights), "|", choice.recipe, "|", choice.network, "|",
                        choice.untrained, "|", choice.mean, "|", choice.std);
  return found;
}

base::Result<plan::Plan> plan_of_weights(const plugin::Loader& loader, const protocol::NetworkChoice& choice,
                                         const weights::TensorFile& file) {
  plan::PlanRequest request;
  request.plugins = plan::usable_plugins(loader);
  if (!choice.recipe.empty()) {
    request.file = choice.recipe;
  } else {
    const auto patch = shape_of(file, "patch_embed.proj.weight");
    const auto positions = shape_of(file, "pos_embed");
    IBOT_TRY(const std::int64_t depth, depth_of(file, choice.weights));
    const auto hidden = shape_of(file, "blocks.0.mlp.fc1.weight");
    if (!patch || patch->size() != 4 || !positions || positions->size() != 3 || depth == 0 || !hidden ||
        hidden->empty() || (*patch)[0] < 1 || (*patch)[2] < 1) {
      return Error{ErrorCode::Unsupported,
                   base::quote_untrusted(choice.weights, 300) + " does not hold a Vision Transformer",
                   "tensors with the names of timm and DINO", "Name the recipe that says what it is"};
    }
    const std::int64_t dim = (*patch)[0];
    const auto side = static_cast<std::int64_t>(
        std::lround(std::sqrt(static_cast<double>(std::max<std::int64_t>((*positions)[1] - 1, 1)))));
    const std::int64_t local = std::max<std::int64_t>(1, side / 2) * (*patch)[2];
    IBOT_TRY(const std::int64_t heads, heads_of(file, choice.weights, dim));
    request.text = base::str(
        "crops: {global: {size: ", side * (*patch)[2], "}, local: {size: ", local, "}",
        normalisation_text(file), "}\nbackbone: {plugin: vit, dim: ", dim, ", depth: ", depth,
        ", heads: ", heads, ", patch: ", (*patch)[2],
        ", mlp_ratio: ", base::format_number(static_cast<double>((*hidden)[0]) / static_cast<double>(dim)),
        ", mean_pooling: ", shape_of(file, "fc_norm.weight") ? "true" : "false",
        ", qkv_bias: ", shape_of(file, "blocks.0.attn.qkv.bias") ? "true" : "false", "}\n");
  }
  plan::PlanResult result = plan::make_plan(request);
  if (!result.plan) return params::to_error(result.diagnostics);
  return std::move(*result.plan);
}

base::Result<std::shared_ptr<OpenNetwork>> open_network(plugin::Loader& loader, const FoundNetwork& found,
                                                        bool masked_modelling) {
  const at::NoGradGuard no_grad;
  std::optional<plan::Plan> plan;
  std::optional<weights::TensorFile> file;
  if (found.source) {
    plan = found.source->plan;
  } else {
    IBOT_TRY(file, weights::TensorFile::open_safetensors(found.choice.weights));
    IBOT_TRY(plan, plan_of_weights(loader, found.choice, *file));
  }
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, plan->backbone().plugin->id));
  const bool student = found.source && found.choice.network == "student";
  const bool initial = found.choice.untrained;
  IBOT_TRY(auto backbone,
           train::build_backbone(*plan, loader.registry(), masked_modelling || (student && !initial)));
  auto network = std::make_shared<OpenNetwork>(
      OpenNetwork{found.key, *plan, {}, normalisation_of(*plan, found.choice), std::move(backbone), nullptr});
  if (initial) {
    const nn::Initializer init(static_cast<std::uint64_t>(plan->run().seed));
    network->backbone->initialize(init);
    if (found.source) {
      network->head = std::make_unique<nn::Head>(train::teacher_head_shape(*plan, network->backbone->dim()));
      nn::initialize(*network->head, init, "head.");
      nn::refresh_working(*network->head);
    }
  } else if (found.source) {
    const bool stand_in = masked_modelling && !student;
    IBOT_CHECK_OK(stand_in ? load_stand_in(found, *network) : load_run(found, *network, student));
  } else {
    IBOT_CHECK_OK(load_weights(found, *file, *network));
  }
  nn::refresh_working(*network->backbone);
  if (found.source) {
    network->seen = found.source->seen;
  } else {
    network->seen.name = fs::path(found.choice.weights).filename().string();
    network->seen.source = "weights";
  }
  network->seen.network = found.choice.network;
  if (initial) {
    network->seen.source = "untrained";
    network->seen.step = 0;
    network->seen.saved = 0;
  }
  describe(*network, network->seen);
  return network;
}

}  // namespace ibot::inspect
