// SPDX-License-Identifier: GPL-3.0-or-later
#include "yaml_text.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <optional>

namespace ibot::params {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

// Length of the well-formed UTF-8 sequence at i (Unicode 15, table 3-7), or 0.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const auto continues = [&](std::size_t k, unsigned char low = 0x80, unsigned char high = 0xBF) {
    return byte_at(text, i + k) >= low && byte_at(text, i + k) <= high;
  };
  const unsigned char c = byte_at(text, i);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return continues(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    const unsigned char low = c == 0xE0 ? 0xA0 : 0x80;   // overlong
    const unsigned char high = c == 0xED ? 0x9F : 0xBF;  // surrogates
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    const unsigned char low = c == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = c == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_forbidden_control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

std::optional<std::size_t> first_invalid(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

std::string hexadecimal(unsigned char byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

TextLines::TextLines(std::string_view text) : text_(text), starts_{0} {
  characters_.reserve(text.size() + 1);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    characters_.push_back(count);
    if (text[i] == '\n') starts_.push_back(i + 1);
    if ((byte_at(text, i) & 0xC0) != 0x80) ++count;
  }
  characters_.push_back(count);
}

std::string_view TextLines::line(std::size_t index) const {
  const std::size_t start = starts_[index];
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
  return text_.substr(start, end - start);
}

Origin TextLines::at(const Origin& where, std::size_t line_index, std::size_t byte) const {
  Origin origin = where;
  if (where.kind != Origin::Kind::File) return origin;
  const std::size_t index = std::min(line_index, starts_.size() - 1);
  const std::size_t start = starts_[index];
  const std::size_t end = std::min(start + byte, text_.size());
  origin.line = static_cast<int>(index) + 1;
  origin.column = static_cast<int>(characters_[end] - characters_[start]) + 1;
  return origin;
}

Origin TextLines::at_offset(const Origin& where, std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto index = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return at(where, index, offset - starts_[index]);
}

bool is_clean(std::string_view scalar) {
  if (first_invalid(scalar)) return false;
  for (std::size_t i = 0; i < scalar.size(); ++i) {
    const unsigned char c = byte_at(scalar, i);
    const bool c1 = c == 0xC2 && byte_at(scalar, i + 1) < 0xA0;  // U+0080 to U+009F
    if (is_forbidden_control(c) || c == '\r' || c1) return false;
  }
  return true;
}

bool check_text(std::string_view text, const TextLines& lines, const Origin& where,
                Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  if (const auto bad = first_invalid(text)) {
    diagnostics.push_back({Severity::Error, lines.at_offset(where, *bad), "",
                           "the byte " + hexadecimal(byte_at(text, *bad)) + " is not UTF-8",
                           "a text file in UTF-8", "Save the file with the encoding UTF-8"});
    return false;
  }
  const auto control = std::find_if(
      text.begin(), text.end(), [](char c) { return is_forbidden_control(static_cast<unsigned char>(c)); });
  if (control != text.end()) {
    const auto offset = static_cast<std::size_t>(control - text.begin());
    diagnostics.push_back(
        {Severity::Error, lines.at_offset(where, offset), "",
         "the control character " + hexadecimal(byte_at(text, offset)) + " cannot stand in YAML", "",
         "Delete it, or write it as an escape in a text in double quotes"});
  }
  return diagnostics.size() == before;
}

bool check_indentation(const TextLines& lines, const Origin& where, Diagnostics& diagnostics) {
  std::optional<std::size_t> first_tab;
  std::size_t tabbed_lines = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines.line(i);
    const std::size_t indent = std::min(line.find_first_not_of(" \t\r"), line.size());
    if (indent == line.size() || line.substr(0, indent).find('\t') == std::string_view::npos) continue;
    ++tabbed_lines;
    if (!first_tab) first_tab = i;
  }
  if (!first_tab) return true;
  const std::string more = tabbed_lines > 1 ? base::str(", as ", tabbed_lines - 1, " more in this file") : "";
  diagnostics.push_back({Severity::Error, lines.at(where, *first_tab, lines.line(*first_tab).find('\t')), "",
                         "this line is indented with a tab" + more, "spaces; YAML does not allow tabs there",
                         "Replace each leading tab by two spaces"});
  return false;
}

std::string with_spaces(std::string_view text) {
  std::string result;
  bool indent = true;
  for (const char c : text) {
    if (indent && c == '\t') {
      result += "  ";
    } else {
      result += c;
      indent = c == '\n' || (indent && (c == ' ' || c == '\r'));
    }
  }
  return result;
}

}  // namespace ibot::params
