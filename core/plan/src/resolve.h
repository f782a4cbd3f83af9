// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>
#include <ibot/plan/sections.h>

#include <span>
#include <vector>

namespace ibot::plan {

/// Types a merged configuration by the sections' and plugins' schemas. Every mistake is a diagnostic; a
/// section whose plugin is unknown is left out of the result, every other one is complete.
std::vector<ResolvedSection> resolve(const params::Node& root, std::span<const PluginInfo> plugins,
                                     params::Diagnostics& diagnostics);

/// The values of all sections by their full keys, with "<section>.plugin" for chosen plugins.
PlanValues collect_values(const std::vector<ResolvedSection>& sections);

}  // namespace ibot::plan
