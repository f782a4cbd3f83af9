// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace ibot::data {

/// The part before the first '/': the class in a folder-per-class data set.
inline std::string_view first_component(std::string_view path) {
  return path.substr(0, path.find('/'));
}

/// ImageFolder's order of folders: classes sorted by name, and inside a class os.walk()'s roots sorted as
/// whole strings. Plain string order would put "a-b" between "a" and "a/x".
inline bool folder_before(std::string_view a, std::string_view b) {
  const std::string_view first_a = first_component(a), first_b = first_component(b);
  return first_a != first_b ? first_a < first_b : a < b;
}

}  // namespace ibot::data
