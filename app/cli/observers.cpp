// SPDX-License-Identifier: GPL-3.0-or-later
#include "observers.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/plan/options.h>
#include <ibot/plugin/boundary.h>

#include <cmath>

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
    evaluate::EvaluationInput input;
    input.normalisation = moment.model.normalisation;
    input.dataset = &dataset_;
    input.data = plan_.data();
    input.crop_size = plan_.crops().global.size;
    std::vector<train::EvaluationValue> values;
    const auto run = [&](nn::Backbone* backbone, const std::string& network) -> base::Status {
      input.backbone = backbone;
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
    if (moment.step == 0) IBOT_CHECK_OK(run(nullptr, "raw_pixels"));
    nn::Backbone* network = options_.network == "student" ? moment.model.networks.student.get()
                                                          : moment.model.networks.teacher.get();
    IBOT_CHECK_OK(run(network, options_.network));
    std::string text = id_ + ":";
    for (const train::EvaluationValue& value : values) {
      if (value.network == options_.network) sink.metric(id_ + "/" + value.metric, moment.step, value.value);
      text +=
          base::str(" ", value.network, " ", value.metric, " ", std::round(value.value * 1000) / 1000, ";");
    }
    text.back() = '.';
    sink.event(train::Severity::Info, "evaluation", moment.step,
               text + " Took " + base::format_duration(watch.seconds()) + ".");
    return sink.evaluations(values);
  }

 private:
  std::string id_;
  plan::EvaluatorOptions options_;
  std::unique_ptr<evaluate::Evaluator> evaluator_;
  const plan::Plan& plan_;
  const data::Dataset& dataset_;
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
  return observers;
}

}  // namespace ibot::cli
