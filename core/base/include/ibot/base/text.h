// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::base {

/// Joins values with operator<< in the C locale: str("found ", 3, " of ", 4).
template <class... Parts>
std::string str(const Parts&... parts) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  (out << ... << parts);
  return out.str();
}

/// The known name nearest to `name` (Damerau-Levenshtein), if near enough to be worth proposing: a distance
/// of at most a third of the longer length, and at least 1. Case is ignored. Ties go to the earlier one.
IBOT_API std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known);

/// "a, b or c".
IBOT_API std::string join_choices(std::span<const std::string> names);

/// Shortest decimal text that reads back to the same double; "nan", "inf" and "-inf" for those.
IBOT_API std::string format_number(double value);

/// 12,345,678 with thousands separators.
IBOT_API std::string format_count(std::int64_t value);
/// "3.2 GB", "640 kB" (powers of 1000).
IBOT_API std::string format_bytes(std::uint64_t bytes);
/// "1 h 04 min", "3 min 20 s", "12.5 s".
IBOT_API std::string format_duration(double seconds);

/// Strict parse of the whole text in the C locale; nullopt if anything is left over or the value does not
/// fit.
IBOT_API std::optional<double> parse_double(std::string_view text);
IBOT_API std::optional<std::int64_t> parse_int(std::string_view text);

/// The text with control characters, invalid UTF-8 and overlong parts made harmless, for messages that quote
/// untrusted input: at most `limit` bytes, then "...".
IBOT_API std::string quote_untrusted(std::string_view untrusted, std::size_t limit = 80);

IBOT_API std::vector<std::string> split(std::string_view text, char separator);
IBOT_API std::string_view trim(std::string_view text);

}  // namespace ibot::base
