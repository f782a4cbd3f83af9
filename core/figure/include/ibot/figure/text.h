// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/figure/colour.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::figure {

enum class Align : unsigned char { Left = 1, Centre, Right };

/// DejaVu Sans; another sans-serif font where that is not installed.
struct TextStyle {
  double size = 11;  ///< of the font, in units
  Colour colour;
  bool bold = false;
  Align align = Align::Left;
};

/// Sizes that all figures use.
constexpr double kTitleSize = 16;
constexpr double kBodySize = 13;
constexpr double kLabelSize = 11;

/// Valid UTF-8 without control characters, at most `limit` bytes and "…": what may be drawn.
IBOT_API std::string drawable(std::string_view text, std::size_t limit = 4000);

/// Advance of a line of text in units.
IBOT_API double text_width(std::string_view text, const TextStyle& style);

/// The text if it fits, otherwise its beginning and "…".
IBOT_API std::string elide(std::string_view text, const TextStyle& style, double width);

/// Broken at spaces, and inside words that are too long, into at most `max_lines` lines; the last one is
/// elided.
IBOT_API std::vector<std::string> wrap(std::string_view text, const TextStyle& style, double width,
                                       std::size_t max_lines);

}  // namespace ibot::figure
