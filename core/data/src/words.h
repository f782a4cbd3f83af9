// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/text.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ibot::data {

/// "1 picture", "12,345 pictures".
inline std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return base::str(base::format_count(count), " ", count == 1 ? one : many);
}

/// Text of unknown origin as a name that can be shown and stored: valid UTF-8 without control characters.
inline std::string printable(std::string_view text) {
  const std::string quoted = base::quote_untrusted(text, 4096);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace ibot::data
