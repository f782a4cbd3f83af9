// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <string>
#include <string_view>
#include <vector>

namespace ibot::plan::test {

/// Stand-ins for the shipped plugins, with their keys, and `sparkle`, a masking plugin that nobody has seen
/// before.
std::vector<PluginInfo> plugins();

/// A request for a configuration text with these plugins; the text "" means defaults.
PlanRequest request(std::string text, std::vector<std::string> overrides = {});

/// The plan; a failure of the test if there is none.
Plan plan_of(const PlanRequest& request);
Plan plan_of(std::string text, std::vector<std::string> overrides = {});

/// Errors and warnings, a line each, without the file's name.
std::string messages(const PlanRequest& request);
std::string errors(std::string text, std::vector<std::string> overrides = {});
std::string warnings(std::string text, std::vector<std::string> overrides = {});

}  // namespace ibot::plan::test
