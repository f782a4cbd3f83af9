// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace ibot::plugin {

/// "masking/block" as the beginning of a marker file's name: "masking.block".
inline std::string marker_stem(std::string_view name) {
  std::string stem(name);
  std::replace(stem.begin(), stem.end(), '/', '.');
  return stem;
}

/// "masking.block" and "masking.block.<pid>" -> "masking/block"; anything else: empty.
inline std::string name_of_marker(std::string_view stem) {
  const std::size_t dot = stem.find('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view id = stem.substr(dot + 1);
  return std::string(stem.substr(0, dot)) + "/" + std::string(id.substr(0, id.find('.')));
}

}  // namespace ibot::plugin
