// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/printable.h>

#include <array>
#include <cstdio>

namespace ibot::base {

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7F;
}

bool ends_c1(unsigned char byte) {
  return byte >= 0x80 && byte < 0xA0;
}

std::string escaped_character(unsigned char code) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", code);
  return text.data();
}

std::string escape_control_characters(std::string_view text) {
  constexpr unsigned char kC2 = 0xC2;
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : '\0';
    if (is_control(byte)) {
      line += escaped_character(byte);
    } else if (byte == kC2 && ends_c1(next)) {
      line += escaped_character(next);
      ++i;
    } else {
      line += text[i];
    }
  }
  return line;
}

}  // namespace ibot::base
