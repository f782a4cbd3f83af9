// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/text.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ibot::compare {

/// The first four names, and how many there are more.
inline std::string joined(const std::vector<std::string>& names, std::string_view between = ", ") {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    text += base::str(i == 0 ? std::string_view() : between, names[i]);
  if (names.size() > kMost)
    text += base::str(between == ", " ? " " : between, "and ", names.size() - kMost, " more");
  return text;
}

/// Names of groups by what is said of them, in the order in which it comes first.
class Sayings {
 public:
  void add(const std::string& what, const std::string& name) {
    auto known =
        std::find_if(all_.begin(), all_.end(), [&](const auto& entry) { return entry.first == what; });
    if (known == all_.end()) known = all_.insert(all_.end(), {what, {}});
    known->second.push_back(name);
  }
  const std::vector<std::pair<std::string, std::vector<std::string>>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> all_;
};

}  // namespace ibot::compare
