// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/dist/collectives.h>
#include <ibot/train/checkpoint.h>
#include <ibot/train/replay.h>
#include <ibot/train/training_data.h>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <set>
#include <thread>

namespace ibot::train {
namespace {

// Looks at tensors stage by stage, until a stage has something bad.
class Examiner {
 public:
  explicit Examiner(ReplayReport& report) : report_(report) {}

  void look(std::string module, std::string what, const at::Tensor& tensor) {
    if (!tensor.defined() || tensor.numel() == 0) return;
    ++looked_;
    const std::int64_t bad = tensor.numel() - at::isfinite(tensor.detach()).sum().item<std::int64_t>();
    if (bad == 0) return;
    Examined found{std::move(module), std::move(what), bad, tensor.numel()};
    if (!report_.first) {
      report_.first = std::move(found);
    } else {
      report_.same_stage.push_back(std::move(found));
    }
  }

  // True if the examination ends here.
  bool end_stage(const std::string& name) {
    if (report_.first) return true;
    if (looked_ > 0) report_.sound.push_back(base::str(name, " (", looked_, " tensors)"));
    looked_ = 0;
    return false;
  }

  void cannot(std::string why) { report_.not_examined.push_back(std::move(why)); }

 private:
  ReplayReport& report_;
  std::int64_t looked_ = 0;
};

std::string module_of(const std::string& parameter) {
  const std::size_t dot = parameter.rfind('.');
  return dot == std::string::npos ? parameter : parameter.substr(0, dot);
}

void look_at_state(Examiner& examiner, const std::string& network, nn::Module& module) {
  for (const nn::NamedTensor& named : module.state()) {
    const std::string name = network + "." + named.name;
    examiner.look(module_of(name), "weight " + name, *named.tensor);
  }
}

void look_at_blocks(Examiner& examiner, const std::string& network, nn::Backbone& backbone,
                    const nn::ImageGroup& group, const nn::Normalisation& normalisation,
                    const std::string& crops) {
  const at::NoGradGuard no_grad;
  try {
    const std::vector<at::Tensor> tokens = backbone.intermediate(group, normalisation, backbone.depth());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      examiner.look(base::str(network, ".backbone.blocks.", i),
                    base::str("tokens of the ", crops, " crops after block ", i), tokens[i]);
    }
  } catch (const base::Exception& e) {
    examiner.cannot(base::str("tokens after each block of the ", network, ": ", e.error().message));
  }
}

std::string describe(const Read& read) {
  const std::string stage = read.stage == Stage::Tokens       ? "final tokens"
                            : read.stage == Stage::Bottleneck ? "bottleneck"
                                                              : "logits";
  const std::string rows = read.rows == Rows::ClsGlobal       ? "CLS of the global crops"
                           : read.rows == Rows::ClsLocal      ? "CLS of the local crops"
                           : read.rows == Rows::MaskedPatches ? "masked patches"
                                                              : "all patches";
  return stage + (read.reduction == Reduction::Mean ? " (mean), " : ", ") + rows;
}

void look_at_outputs(Examiner& examiner, const Model& model, const StepOutputs& outputs) {
  std::set<Read> reads;
  for (const WeightedTerm& weighted : model.terms) {
    const std::vector<Read> list = weighted.term->reads();
    reads.insert(list.begin(), list.end());
  }
  for (const Stage stage : {Stage::Tokens, Stage::Bottleneck, Stage::Logits}) {
    for (const Read& read : reads) {
      if (read.stage != stage) continue;
      const std::string network = read.network == Network::Student ? "student" : "teacher";
      examiner.look(network + (stage == Stage::Tokens ? ".backbone.norm" : ".head"), describe(read),
                    outputs.get(read));
    }
  }
}

// Forward of one share of the batch up to its gradients, which gather in the student. True if something bad
// was found.
bool examine_share(Examiner& examiner, Model& model, const StepBatch& batch, const LossContext& context,
                   double share) {
  const nn::Normalisation& normalisation = model.normalisation;
  const nn::ImageGroup local{batch.local, {}};
  for (const at::Tensor& images : {batch.global, batch.teacher, batch.local}) {
    if (!images.defined()) continue;
    examiner.look("data", "normalised pixels",
                  nn::patch_rows(images, model.networks.student->patch_size(), normalisation, at::kFloat));
  }
  if (examiner.end_stage("input")) return true;
  look_at_blocks(examiner, "teacher", *model.networks.teacher, {batch.seen_by_teacher(), {}}, normalisation,
                 "global");
  if (examiner.end_stage("teacher, block by block")) return true;
  look_at_blocks(examiner, "student", *model.networks.student, {batch.global, batch.masks}, normalisation,
                 "masked global");
  if (batch.local.defined())
    look_at_blocks(examiner, "student", *model.networks.student, local, normalisation, "local");
  if (examiner.end_stage("student, block by block")) return true;

  Step step(model.networks, model.terms, normalisation);
  const StepOutputs outputs = step.forward(batch);
  look_at_outputs(examiner, model, outputs);
  if (examiner.end_stage("heads")) return true;
  at::Tensor loss;
  for (WeightedTerm& weighted : model.terms) {
    LossResult term = weighted.term->compute(outputs, context);
    for (const auto& [name, value] : term.metrics)
      examiner.look("losses." + weighted.name, "its value " + name, value);
    if (!term.loss.defined()) continue;
    examiner.look("losses." + weighted.name, "its loss", term.loss);
    const at::Tensor scaled = term.loss * (weighted.weight * share);
    loss = loss.defined() ? loss + scaled : scaled;
  }
  if (examiner.end_stage("losses")) return true;
  if (loss.defined()) loss.backward();
  return false;
}

}  // namespace

base::Result<ReplayReport> replay(const ReplayRequest& request) {
  const plan::Plan& plan = request.plan;
  if (request.black_box.steps.empty())
    return base::Error{base::ErrorCode::InvalidArgument, "the black box holds no step", "", ""};
  const StepRecipe& recipe = request.black_box.steps.back();
  const TrainOptions train = plan.train();
  at::set_num_threads(train.threads > 0 ? static_cast<int>(train.threads)
                                        : static_cast<int>(std::thread::hardware_concurrency()));
  IBOT_TRY(const auto model, build_model(plan, *request.registry));
  Optimizer optimizer(*model->student, *model->teacher, plan.optimizer(), model->working);
  IBOT_TRY(const CheckpointInfo info, load_checkpoint(request.checkpoint, *model, optimizer));
  if (info.step != recipe.step) {
    return base::Error{base::ErrorCode::Incompatible,
                       base::str("the checkpoint was saved after step ", info.step,
                                 ", and the failed step followed step ", recipe.step),
                       "the checkpoint that was saved when the run failed", ""};
  }
  IBOT_TRY(auto sampler, make_sampler(plan, *request.dataset));
  IBOT_TRY(const auto data,
           TrainingData::create(plan, *request.registry, *request.dataset, std::move(sampler),
                                model->networks.student->patch_size(), recipe.step));
  const data::BatchLease batch = data->stream().next();
  if (!batch || batch->samples != recipe.samples) {
    return base::Error{base::ErrorCode::Incompatible,
                       base::str("step ", recipe.step + 1, " would now be made of other pictures"),
                       "the data set and the seed that the run was trained with",
                       "Restore the data set; pictures may have been added, removed or renamed"};
  }

  ReplayReport report;
  report.step = recipe.step;
  report.samples = batch->samples;
  Examiner examiner(report);
  look_at_state(examiner, "student", *model->student);
  look_at_state(examiner, "teacher", *model->teacher);
  if (examiner.end_stage("weights")) return report;
  for (const nn::NamedTensor& named : optimizer.state())
    examiner.look("optimizer", named.name, *named.tensor);
  for (const WeightedTerm& weighted : model->terms)
    look_at_state(examiner, "losses." + weighted.name, *weighted.term);
  if (examiner.end_stage("moments and centres")) return report;

  const auto collectives = dist::null_collectives();
  const LossContext context{.epoch = recipe.epoch, .step = recipe.step, .collectives = collectives.get()};
  for (std::int64_t part = 0; part < train.accumulate; ++part) {
    const StepBatch share =
        part_of(*batch, part, train.accumulate, *model, static_cast<std::uint64_t>(plan.run().seed));
    if (examine_share(examiner, *model, share, context, 1.0 / static_cast<double>(train.accumulate)))
      return report;
  }
  std::vector<nn::NamedParameter> parameters = model->student->parameters();
  std::reverse(parameters.begin(), parameters.end());
  for (const nn::NamedParameter& named : parameters) {
    const std::string name = "student." + named.name;
    examiner.look(module_of(name), "gradient of " + name, named.parameter->value.grad());
  }
  if (examiner.end_stage("gradients")) return report;
  return report;
}

}  // namespace ibot::train
