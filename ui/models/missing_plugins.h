// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plugin_info.h>

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace ibot::ui {

/// Plugins that a run's plan names and that are not among `here`, for people: "masking plugin stripes 1.0.0".
/// `plan_json`: as the record keeps it (RunDetails::plan_json), untrusted; of what cannot be read nothing is
/// missing.
QStringList missing_plugins(const std::string& plan_json, const std::vector<plan::PluginInfo>& here);

}  // namespace ibot::ui
