// SPDX-License-Identifier: GPL-3.0-or-later
#include "observers.h"

#include "evaluation.h"
#include "probe_observer.h"

#include <ibot/base/clock.h>
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/evaluate/features.h>
#include <ibot/nn/memory.h>
#include <ibot/plan/options.h>
#include <ibot/plugin/boundary.h>
#include <ibot/train/health.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ibot::cli {
namespace {

// Runs one evaluator on its rhythm: before the first step (the untrained network, and the pixels' baseline),
// every so many epochs, and at the end.
class EvaluationObserver final : public train::Observer {
 public:
  EvaluationObserver(std::string id, plan::EvaluatorOptions options,
                     std::unique_ptr<evaluate::Evaluator> evaluator, const plan::Plan& plan,
                     const data::Dataset& dataset)
      : id_(std::move(id)),
        options_(std::move(options)),
        evaluator_(std::move(evaluator)),
        plan_(plan),
        dataset_(dataset) {}

  bool wants(const train::Moment& moment) const override {
    if (moment.step == 0 || moment.final) return true;
    return moment.epoch_end && options_.every_epochs > 0 && moment.epoch % options_.every_epochs == 0;
  }

  base::Status observe(const train::Moment& moment, train::RunSink& sink) override {
    const base::Stopwatch watch;
    if (moment.step == 0) {
      sink.event(train::Severity::Info, "evaluating", 0,
                 id_ + " of raw pixels and of the untrained network, before the first step ...");
      IBOT_CHECK_OK(sink.flush());
    }
    evaluate::EvaluationInput input;
    input.normalisation = moment.model.normalisation;
    input.dataset = &dataset_;
    input.data = plan_.data();
    input.crop_size = plan_.crops().global.size;
    std::vector<train::EvaluationValue> values;
    const auto run = [&](nn::Backbone* backbone, nn::Head* head, const std::string& network) -> base::Status {
      input.backbone = backbone;
      input.head = head;
      IBOT_TRY(const auto outcome,
               plugin::stop_exceptions("evaluator " + id_, [&] { return evaluator_->run(input); }));
      if (!outcome) return outcome.error();
      for (const evaluate::Figure& figure : outcome->figures) {
        values.push_back({.step = moment.step,
                          .protocol = id_,
                          .network = network,
                          .metric = figure.metric,
                          .value = figure.value,
                          .settings_json = outcome->settings_json});
      }
      return {};
    };
    if (moment.step == 0) IBOT_CHECK_OK(run(nullptr, nullptr, "raw_pixels"));
    const train::Networks& networks = moment.model.networks;
    const bool student = options_.network == "student";
    IBOT_CHECK_OK(run(student ? networks.student.get() : networks.teacher.get(),
                      student ? networks.student_head.get() : networks.teacher_head.get(), options_.network));
    if (moment.step == 0 && !values.empty() && evaluates_known_pictures(values.front().settings_json))
      sink.event(train::Severity::Warning, "known_pictures", 0, base::str(id_, ": ", kKnownPictures, "."));
    std::string text = id_ + ":";
    for (const train::EvaluationValue& value : values) {
      if (value.network == options_.network) sink.metric(id_ + "/" + value.metric, moment.step, value.value);
      text +=
          base::str(" ", value.network, " ", value.metric, " ", std::round(value.value * 1000) / 1000, ";");
    }
    text.back() = '.';
    sink.event(train::Severity::Info, "evaluation", moment.step,
               text + " Took " + base::format_duration(watch.seconds()) + ".");
    // What an evaluation needed for a moment is not kept for the rest of the run.
    nn::release_tensor_memory();
    return sink.evaluations(values);
  }

 private:
  std::string id_;
  plan::EvaluatorOptions options_;
  std::unique_ptr<evaluate::Evaluator> evaluator_;
  const plan::Plan& plan_;
  const data::Dataset& dataset_;
};

// Label-free figures of the teacher on pictures of the run's own data, and a sentence when they say collapse.
class HealthObserver final : public train::Observer {
 public:
  HealthObserver(const plan::Plan& plan, at::Tensor pictures)
      : every_(plan.probes().every_steps),
        warmup_steps_(plan.derived().warmup_steps.value_or(0)),
        pictures_(std::move(pictures)),
        rules_(plan.head().out_dim) {
    for (const plan::ResolvedSection& section : plan.losses()) {
      if (section.plugin->id == "ibot_cls")
        weight_ = params::bind<plan::LossOptions>(section.content.values).weight;
      const auto found = section.content.values.find("teacher_temp");
      if (found == section.content.values.end()) continue;
      if (const auto* value = std::get_if<double>(&found->second)) temperature_ = *value;
      break;  // the first term's: the CLS loss in the shipped recipes
    }
  }

  bool wants(const train::Moment& moment) const override {
    return moment.final || moment.stopping || moment.step % every_ == 0;
  }

  base::Status observe(const train::Moment& moment, train::RunSink& sink) override {
    const train::HealthFigures figures = train::measure_health(moment.model, pictures_, temperature_);
    sink.metric("health/feature_std", moment.step, figures.feature_std);
    sink.metric("health/feature_rank", moment.step, figures.feature_rank);
    sink.metric("health/prototypes_used", moment.step, figures.prototypes_used);
    sink.metric("health/target_entropy", moment.step, figures.target_entropy);
    sink.metric("health/centre_norm", moment.step, figures.centre_norm);
    if (const auto sentence = rules_.judge(figures, weight_ > 0 ? moment.cls_loss / weight_ : 0.0,
                                           moment.step <= warmup_steps_)) {
      sink.event(train::Severity::Warning, "collapse", moment.step, *sentence);
    }
    return {};
  }

 private:
  std::int64_t every_, warmup_steps_;
  at::Tensor pictures_;
  double temperature_ = 0.04;
  double weight_ = 1;
  train::HealthRules rules_;
};

}  // namespace

base::Result<std::vector<std::unique_ptr<train::Observer>>> make_observers(const plan::Plan& plan,
                                                                           const plugin::Registry& registry,
                                                                           const data::Dataset& dataset) {
  std::vector<std::unique_ptr<train::Observer>> observers;
  for (const plan::ResolvedSection& section : plan.evaluators()) {
    const std::string& id = section.plugin->id;
    IBOT_TRY(const auto factory, registry.evaluator(id));
    const plugin::EvaluatorRequest request{.seed = static_cast<std::uint64_t>(plan.run().seed)};
    IBOT_TRY(auto evaluator, plugin::stop_exceptions("evaluator " + id, [&] {
               return factory(section.content.values, request);
             }));
    observers.push_back(
        std::make_unique<EvaluationObserver>(id, params::bind<plan::EvaluatorOptions>(section.content.values),
                                             std::move(evaluator), plan, dataset));
  }
  if (plan.probes().every_steps > 0) {
    // The same pictures in every run of this data: drawn by the seed alone.
    std::vector<std::int64_t> indices(static_cast<std::size_t>(dataset.size()));
    std::iota(indices.begin(), indices.end(), 0);
    base::RandomStream(static_cast<std::uint64_t>(plan.run().seed), base::Purpose::Probe, 0, 0)
        .shuffle(std::span(indices));
    IBOT_TRY(auto probes, make_probe_observer(plan, dataset, indices));
    if (probes) observers.push_back(std::move(probes));
    indices.resize(std::min<std::size_t>(indices.size(), 64));
    const auto size = static_cast<int>(plan.crops().global.size);
    evaluate::FeatureRequest request;
    request.transform = {.resize = size, .crop = size};
    request.cls = false;
    request.pixels = true;
    request.indices = indices;
    IBOT_TRY(const evaluate::Features features, evaluate::extract_features(nullptr, {}, dataset, request));
    if (features.pixels.size(0) > 1)
      observers.push_back(std::make_unique<HealthObserver>(plan, features.pixels));
  }
  return observers;
}

}  // namespace ibot::cli
