// SPDX-License-Identifier: GPL-3.0-or-later
#include "sizes.h"

#include <ibot/base/text.h>
#include <ibot/params/value.h>
#include <ibot/plan/explain.h>

#include <algorithm>

namespace ibot::plan {
namespace {

using base::format_bytes;
using base::format_count;
using base::format_number;
using base::str;

std::string count(const std::optional<std::int64_t>& value) {
  return value ? format_count(*value) : "unknown";
}

std::string millions(const std::optional<std::int64_t>& value) {
  if (!value) return "unknown number of";
  if (*value < 100'000) return format_count(*value);
  return format_number(static_cast<double>(*value / 10'000) / 100) + " M";
}

std::string epochs(double number) {
  return format_number(number) + (number == 1 ? " epoch" : " epochs");
}

std::string range(const std::vector<double>& values) {
  return values.size() == 2 ? format_number(values[0]) + " to " + format_number(values[1]) : "?";
}

// Values that somebody wrote, as "key value, key value".
std::string chosen_values(const ResolvedSection& section) {
  std::string text;
  for (const params::Definition& definition : section.schema.definitions()) {
    const params::Value& value = section.content.values.at(definition.key);
    if (value == definition.default_value) continue;
    text += (text.empty() ? "" : ", ") + definition.key + " " + params::to_text(value);
  }
  return text.empty() ? "defaults" : text;
}

class Explainer {
 public:
  explicit Explainer(const Plan& plan) : plan_(plan), derived_(plan.derived()) {}

  std::vector<ExplainedLine> explain() {
    say_run();
    say_data();
    say_networks();
    say_objective();
    say_course();
    say_cost();
    detail("Plan", plan_.hashes().plan, "");
    return std::move(out_);
  }

 private:
  void line(std::string title, std::string text, std::string key) {
    out_.push_back({std::move(title), std::move(text), std::move(key), false});
  }
  void detail(std::string title, std::string text, std::string key) {
    out_.push_back({std::move(title), std::move(text), std::move(key), true});
  }

  void say_run() {
    const RunOptions run = plan_.run();
    std::string text = run.name.empty() ? "without a name" : run.name;
    if (!plan_.files().empty()) text += ", from " + plan_.files().back().string();
    const auto written = std::count_if(plan_.values().begin(), plan_.values().end(), [](const auto& entry) {
      return entry.second.origin.kind == params::Origin::Kind::Override;
    });
    if (written > 0) text += str(", ", written, written == 1 ? " value" : " values", " by --set");
    line("Run", text + str(", seed ", run.seed), "name");
  }

  void say_data() {
    const data::DataOptions data = plan_.data();
    std::string text = data.path.empty() ? "no path yet (data.path)" : data.path;
    if (!data.split.empty()) text += ", split " + data.split;
    if (const auto& facts = plan_.dataset()) text += ": " + format_count(facts->pictures) + " pictures";
    line("Data", text, "data");
    const data::CropOptions crops = plan_.crops();
    text = str(crops.global.count, " of ", crops.global.size, " px covering ", range(crops.global.scale));
    if (crops.local.count > 0) {
      text +=
          str(", ", crops.local.count, " of ", crops.local.size, " px covering ", range(crops.local.scale));
    }
    text += " of a picture";
    if (crops.global.separate_teacher()) text += "; the teacher sees the large ones in colours of its own";
    line("Crops", text, "crops");
  }

  void say_networks() {
    const ResolvedSection& backbone = plan_.backbone();
    std::string text = backbone.plugin->id + " " + backbone.plugin->version + ": ";
    if (const auto vit = vit_size(backbone)) {
      text +=
          str("dim ", vit->dim, ", depth ", vit->depth, ", ", vit->heads, " heads, patch ", vit->patch, ", ");
    } else {
      text += chosen_values(backbone) + ", ";
    }
    line("Backbone", text + millions(derived_.backbone_parameters) + " parameters", "backbone");
    const auto crop = [](const CropTokens& tokens) {
      return str(tokens.tokens, " (", tokens.grid, " x ", tokens.grid, " + 1)");
    };
    if (derived_.global) {
      text = crop(*derived_.global) + " a large crop";
      if (derived_.local) text += ", " + crop(*derived_.local) + " a small one";
      text += "; a picture has " + count(derived_.student_tokens) + " for the student, " +
              count(derived_.teacher_tokens) + " for the teacher";
      detail("Tokens", text, "crops");
    }
    const nn::HeadOptions head = plan_.head();
    text = str(head.layers, " layers of ", head.hidden_dim, ", bottleneck ", head.bottleneck_dim, ", ",
               format_count(head.out_dim), " prototypes ");
    text += head.shared ? "shared by CLS and patches"
                        : "and " + format_count(head.patch_out_dim) + " for patches";
    line("Head", text + ", " + millions(derived_.head_parameters) + " parameters", "head");
  }

  void say_objective() {
    std::string text;
    for (const ResolvedSection& loss : plan_.losses()) {
      const double weight = std::get<double>(loss.content.values.at("weight"));
      text += (text.empty() ? "" : " + ") + format_number(weight) + " x " + loss.plugin->id;
    }
    line("Loss", text, "losses");
    const ResolvedSection& mask = plan_.mask();
    line("Masks", mask.plugin->id + " " + mask.plugin->version + ": " + chosen_values(mask), "mask");
  }

  void say_course() {
    const train::TrainOptions train = plan_.train();
    const train::OptimizerOptions optimizer = plan_.optimizer();
    std::string text = str(train.batch, " pictures");
    if (train.accumulate > 1) text += str(" x ", train.accumulate, " accumulated");
    if (plan_.ranks() > 1) text += str(" x ", plan_.ranks(), " processes");
    line("Batch", text + " = " + count(derived_.effective_batch) + " a step", "train.batch");
    text =
        epochs(train.epochs) + " x " + count(derived_.steps_per_epoch) + " = " + count(derived_.total_steps);
    if (derived_.total_images) text += "; " + count(derived_.total_images) + " pictures are seen";
    line("Steps", text + (plan_.dataset() ? "" : " (the data set was not looked at)"), "train.epochs");
    line("Rate",
         optimizer.kind + ", " + format_number(optimizer.lr) + " x " + count(derived_.effective_batch) +
             " / 256 = " + format_number(derived_.peak_lr) + " after " + epochs(optimizer.warmup_epochs) +
             " (" + count(derived_.warmup_steps) + " steps), then down to " + format_number(optimizer.min_lr),
         "optimizer.lr");
    detail("Decay",
           format_number(optimizer.weight_decay) + " to " + format_number(optimizer.weight_decay_end) +
               (optimizer.clip_grad > 0 ? ", gradients clipped at " + format_number(optimizer.clip_grad)
                                        : std::string(", no clipping")) +
               ", prototypes still for " + epochs(optimizer.freeze_last_layer_epochs),
           "optimizer.weight_decay");
    line("Teacher",
         "momentum " + format_number(train.teacher_momentum) + " to " +
             format_number(train.teacher_momentum_end),
         "train.teacher_momentum");
    text.clear();
    for (const ResolvedSection& evaluator : plan_.evaluators()) {
      const auto rhythm = std::get<std::int64_t>(evaluator.content.values.at("every_epochs"));
      text += (text.empty() ? "" : ", ") + evaluator.plugin->id;
      text += rhythm > 0 ? " every " + epochs(static_cast<double>(rhythm)) : std::string(" at the end");
    }
    if (!text.empty()) line("Evaluation", text, "evaluators");
  }

  void say_cost() {
    const train::TrainOptions train = plan_.train();
    const train::CheckpointOptions kept = plan_.checkpoints();
    const auto bytes = [](const std::optional<std::uint64_t>& value) {
      return value ? "about " + format_bytes(*value) : std::string("unknown");
    };
    detail("Machine",
           train.precision + " on " + train.device +
               (train.threads > 0 ? str(", ", train.threads, train.threads == 1 ? " thread" : " threads")
                                  : std::string(", every core")) +
               str(", ", plan_.data().workers,
                   plan_.data().workers == 1 ? " data worker; memory " : " data workers; memory ") +
               bytes(derived_.memory_bytes),
           "train.device");
    detail("Disk",
           bytes(derived_.checkpoint_bytes) + " a checkpoint, " + bytes(derived_.disk_bytes) + " at most (" +
               str(kept.keep_last) + " newest, " + str(kept.teacher_snapshots) + " snapshots of the teacher" +
               (kept.keep_every_epochs > 0 ? str(", one each ", kept.keep_every_epochs, " epochs") : "") +
               ")",
           "checkpoints");
  }

  const Plan& plan_;
  const Derived& derived_;
  std::vector<ExplainedLine> out_;
};

}  // namespace

std::vector<ExplainedLine> explain_lines(const Plan& plan) {
  return Explainer(plan).explain();
}

std::string explain(const Plan& plan) {
  constexpr std::size_t kColumn = 13;
  std::string out;
  for (const ExplainedLine& line : explain_lines(plan)) {
    out += line.title;
    out += std::string(kColumn - std::min(kColumn - 1, line.title.size()), ' ') + line.text + "\n";
  }
  return out;
}

}  // namespace ibot::plan
