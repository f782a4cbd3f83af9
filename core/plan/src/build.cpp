// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_state.h"
#include "resolve.h"
#include "review.h"
#include "sizes.h"

#include <ibot/params/layers.h>
#include <ibot/params/yaml.h>

namespace ibot::plan {

/// Goes through the stages of making a plan; the one who may construct it.
class PlanBuilder {
 public:
  explicit PlanBuilder(const PlanRequest& request) : request_(request) {}

  PlanResult build() {
    PlanResult result;
    const params::Layers layers = load();
    result.diagnostics = layers.diagnostics;
    auto state = std::make_shared<Plan::State>();
    state->sections = resolve(layers.root, request_.plugins, result.diagnostics);
    result.sections = state->sections;
    state->values = collect_values(state->sections);
    state->derived = derive(state->values, state->sections, request_);
    Review review(state->values, state->sections, result.diagnostics);
    check_rules(review, state->derived, request_);
    // Advice on numbers that are about to change would only bury the mistakes.
    const bool sound = !params::has_errors(result.diagnostics);
    if (sound) give_advice(review, state->derived, request_);
    params::sort_by_position(result.diagnostics);
    if (!sound) return result;

    state->hashes = hash_of(state->sections, state->values, request_.ranks);
    state->ranks = request_.ranks;
    state->dataset = request_.dataset;
    state->files = layers.files;
    result.plan = Plan(std::move(state));
    return result;
  }

 private:
  params::Layers load() const {
    const params::Node defaults = default_configuration();
    if (!request_.text || !request_.file.empty())
      return params::load_layers(defaults, request_.file, request_.overrides, request_.text);
    params::Layers layers;
    layers.root = defaults;
    const params::Origin where{params::Origin::Kind::File, "configuration", 0, 0};
    if (const auto root = params::read_yaml(*request_.text, where, layers.diagnostics)) {
      layers.root = params::merge(std::move(layers.root), *root, "", layers.diagnostics);
    }
    params::apply_overrides(layers.root, request_.overrides, layers.diagnostics);
    return layers;
  }

  const PlanRequest& request_;
};

PlanResult make_plan(const PlanRequest& request) {
  return PlanBuilder(request).build();
}

}  // namespace ibot::plan
