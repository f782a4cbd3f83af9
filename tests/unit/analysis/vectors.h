// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

namespace ibot::test {

/// vectors.json: values that an independent library computed; its "source" says which.
const nlohmann::json& vectors();

}  // namespace ibot::test
