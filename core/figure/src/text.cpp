// SPDX-License-Identifier: GPL-3.0-or-later
#include "cairo_handle.h"

#include <ibot/figure/text.h>

namespace ibot::figure {
namespace {

constexpr std::string_view kEllipsis = "…";

// Bytes of the character at the beginning, 0 if it is not valid UTF-8 (overlong forms and surrogates
// included).
std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second > 0x9F) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second > 0x8F) return 0;
  return length;
}

// The longest beginning of `text` (whole characters) that is at most `width` wide.
std::size_t fitting_bytes(std::string_view text, const TextStyle& style, double width) {
  std::vector<std::size_t> ends{0};
  for (std::size_t i = 0; i < text.size();) {
    i += std::max<std::size_t>(1, character_length(text.substr(i)));
    ends.push_back(i);
  }
  std::size_t low = 0, high = ends.size() - 1;
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (text_width(text.substr(0, ends[middle]), style) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return ends[low];
}

}  // namespace

void select_font(cairo_t* context, double size, bool bold) {
  cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(context, size);
  const std::unique_ptr<cairo_font_options_t, CairoDeleter> options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(context, options.get());
}

std::string drawable(std::string_view text, std::size_t limit) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (clean.size() + std::max<std::size_t>(length, 3) > limit) return clean + std::string(kEllipsis);
    if (length == 0) {
      clean += "\xEF\xBF\xBD";  // U+FFFD
      text.remove_prefix(1);
      continue;
    }
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x20 || first == 0x7F) {
      clean += ' ';
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return clean;
}

double text_width(std::string_view text, const TextStyle& style) {
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
  const Context context(cairo_create(surface.get()));
  select_font(context.get(), style.size, style.bold);
  cairo_text_extents_t extents{};
  cairo_text_extents(context.get(), drawable(text).c_str(), &extents);
  return extents.x_advance;
}

std::string elide(std::string_view text, const TextStyle& style, double width) {
  std::string clean = drawable(text);
  if (text_width(clean, style) <= width) return clean;
  const double room = width - text_width(kEllipsis, style);
  clean.resize(room > 0 ? fitting_bytes(clean, style, room) : 0);
  while (clean.ends_with(' ')) clean.pop_back();
  return clean + std::string(kEllipsis);
}

std::vector<std::string> wrap(std::string_view text, const TextStyle& style, double width,
                              std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string rest = drawable(text);
  while (!rest.empty() && lines.size() < max_lines) {
    if (lines.size() + 1 == max_lines) {
      lines.push_back(elide(rest, style, width));
      break;
    }
    std::size_t end = fitting_bytes(rest, style, width);
    if (end < rest.size()) {
      const std::size_t space = rest.rfind(' ', end);
      if (space != std::string::npos && space > 0) end = space;
      if (end == 0) end = std::max<std::size_t>(1, character_length(rest));  // narrower than one character
    }
    lines.push_back(rest.substr(0, end));
    rest.erase(0, end);
    rest.erase(0,
               rest.find_first_not_of(' ') == std::string::npos ? rest.size() : rest.find_first_not_of(' '));
  }
  return lines;
}

}  // namespace ibot::figure
