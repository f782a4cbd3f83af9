// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_check.h"

#include <ibot/data/mask.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/plugin/boundary.h>
#include <ibot/train/crop_settings.h>
#include <ibot/train/device.h>
#include <ibot/train/loss_terms.h>

#include <algorithm>
#include <iostream>

namespace ibot::cli {
namespace {

base::Status construct(plugin::Loader& loader, const plan::Plan& plan, const plan::ResolvedSection& section) {
  const std::string& id = section.plugin->id;
  IBOT_CHECK_OK(loader.load(section.plugin->kind, id));
  switch (section.plugin->kind) {
    case plugin::Kind::Masking: {
      IBOT_TRY([[maybe_unused]] const auto masks, train::make_mask_strategy(plan, loader.registry()));
      return {};
    }
    case plugin::Kind::Loss: {
      IBOT_TRY([[maybe_unused]] const auto term, train::make_loss_term(plan, loader.registry(), section));
      return {};
    }
    case plugin::Kind::Evaluator: {
      IBOT_TRY(const auto factory, loader.evaluator(id));
      const plugin::EvaluatorRequest request{.seed = static_cast<std::uint64_t>(plan.run().seed)};
      IBOT_TRY([[maybe_unused]] const auto evaluator, plugin::stop_exceptions("evaluator " + id, [&] {
                 return factory(section.content.values, request);
               }));
      return {};
    }
    case plugin::Kind::Backbone:
      return {};  // its weights may be gigabytes
  }
  return {};
}

params::Diagnostic of_error(params::Severity severity, params::Origin where, std::string key,
                            const base::Error& error) {
  return {severity, std::move(where), std::move(key), error.message, error.expected, error.hint};
}

}  // namespace

params::Diagnostics check_here(plugin::Loader& loader, const plan::Plan& plan, params::Severity no_device) {
  params::Diagnostics found;
  for (const plan::ResolvedSection& section : plan.sections()) {
    if (!section.plugin) continue;
    if (const base::Status made = construct(loader, plan, section); !made)
      found.push_back(of_error(params::Severity::Error, section.plugin_origin, section.path, made.error()));
  }
  if (const base::Status device = train::check_device(plan.train().device); !device)
    found.push_back(
        of_error(no_device, plan.values().at("train.device").origin, "train.device", device.error()));
  params::sort_by_position(found);
  return found;
}

base::Status require_sound(plugin::Loader& loader, const plan::Plan& plan, params::Severity no_device) {
  const params::Diagnostics found = check_here(loader, plan, no_device);
  std::cerr << params::to_text(found);
  if (!params::has_errors(found)) return {};
  return base::Error{base::ErrorCode::InvalidArgument, "the configuration has mistakes (listed above)", "",
                     ""};
}

base::Status check_recorded_run(OpenedRun& opened) {
  IBOT_TRY([[maybe_unused]] const record::Store store, record::Store::open(opened.workspace));
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(const PreparedPlan prepared, prepare_recorded_plan(loader, yaml, true));
  return require_sound(loader, prepared.plan);
}

}  // namespace ibot::cli
