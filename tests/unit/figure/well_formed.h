// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ibot::figure {

/// Checks that the text is well-formed XML, as far as an SVG needs it: tags balance, attributes are quoted,
/// and ampersands begin entities.
inline ::testing::AssertionResult well_formed(const std::string& xml) {
  std::vector<std::string> open;
  std::size_t roots = 0;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '&' && xml.find(';', i) > i + 8) return ::testing::AssertionFailure() << "bare & at " << i;
    if (xml[i] != '<') continue;
    std::size_t end = i + 1;
    for (char quote = 0; end < xml.size() && (quote != 0 || xml[end] != '>'); ++end) {
      if (quote != 0 ? xml[end] == quote : (xml[end] == '"' || xml[end] == '\''))
        quote = quote != 0 ? 0 : xml[end];
    }
    if (end >= xml.size()) return ::testing::AssertionFailure() << "tag at " << i << " does not end";
    const std::string tag = xml.substr(i + 1, end - i - 1);
    i = end;
    if (tag.starts_with('?') || tag.starts_with('!')) continue;
    const bool closes = tag.starts_with('/');
    const std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" \n/", 1) - (closes ? 1 : 0));
    if (closes) {
      if (open.empty() || open.back() != name)
        return ::testing::AssertionFailure() << "unexpected </" << name << ">";
      open.pop_back();
    } else {
      if (open.empty()) ++roots;
      if (!tag.ends_with('/')) open.push_back(name);
    }
  }
  if (!open.empty()) return ::testing::AssertionFailure() << "<" << open.back() << "> is not closed";
  if (roots != 1) return ::testing::AssertionFailure() << roots << " roots";
  return ::testing::AssertionSuccess();
}

}  // namespace ibot::figure
