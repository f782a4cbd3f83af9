// SPDX-License-Identifier: GPL-3.0-or-later
#include "scalar_text.h"

#include <ibot/params/value.h>

#include <algorithm>
#include <array>

namespace ibot::params {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Some reader of YAML 1.1 or 1.2 takes these bare words for something else than a text.
bool is_special_word(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {"true", "false", "yes", "no",  "on",
                                                             "off",  "y",     "n",   "null"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

}  // namespace

bool is_plain_text(std::string_view text) {
  if (text.empty() || is_special_word(text)) return false;
  if (!is_letter(text.front()) && text.front() != '_' && text.front() != '/') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+';
  });
}

bool is_plain_scalar(std::string_view text) {
  if (text.empty() || text == "-" || text.starts_with("---") || text.starts_with("...")) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+';
  });
}

std::string escape(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      escaped += "\\x";
      escaped += kDigits[byte >> 4];
      escaped += kDigits[byte & 15];
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string node_text(const Node& scalar) {
  if (scalar.quoted) return '"' + escape(scalar.text) + '"';
  return is_plain_scalar(scalar.text) ? scalar.text : quote_if_needed(scalar.text);
}

std::string quote_if_needed(std::string_view text) {
  return is_plain_text(text) ? std::string(text) : '"' + escape(text) + '"';
}

}  // namespace ibot::params
