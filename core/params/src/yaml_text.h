// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/diagnostic.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ibot::params {

/// The lines of a text, to turn byte positions into the columns that an editor shows.
class TextLines {
 public:
  explicit TextLines(std::string_view text);

  /// `line` and `byte` count from 0; the result's column counts characters.
  Origin at(const Origin& where, std::size_t line, std::size_t byte) const;
  Origin at_offset(const Origin& where, std::size_t offset) const;

  std::size_t size() const { return starts_.size(); }
  std::string_view line(std::size_t index) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  // Characters before each byte: counting them for every node anew would be quadratic in the length of a
  // line.
  std::vector<std::uint32_t> characters_;
};

/// Whether a scalar is UTF-8 without control characters but tab and line feed. Escapes could smuggle in what
/// a file may not hold: commands to the terminal that prints the text, or (yaml-cpp's \\N and \\_) single
/// bytes.
bool is_clean(std::string_view scalar);

/// Looks for what makes a text unreadable as a whole: not UTF-8, control characters. At most one diagnostic
/// of each kind. Returns whether the text is sound.
bool check_text(std::string_view text, const TextLines& lines, const Origin& where, Diagnostics& diagnostics);
/// Looks for tabs as indentation, one diagnostic for all. Returns whether there are none.
bool check_indentation(const TextLines& lines, const Origin& where, Diagnostics& diagnostics);
/// Two spaces for each tab of an indentation: what was most likely meant.
std::string with_spaces(std::string_view text);

}  // namespace ibot::params
