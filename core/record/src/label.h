// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <string_view>

namespace ibot::record {

/// Names stand in one line of tables and terminals, where a control character would move the cursor or forge
/// another line. `what`: "name", "tag". Errors: InvalidArgument.
base::Status check_label(std::string_view text, std::string_view what);

}  // namespace ibot::record
