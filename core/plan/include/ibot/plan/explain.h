// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <string>

namespace ibot::plan {

/// What will happen, in ten to twenty lines for a person: `ibot plan`.
IBOT_API std::string explain(const Plan& plan);

}  // namespace ibot::plan
