// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/text.h>

#include <string>

namespace ibot::compare {

/// What a key is called in the name of a variant: its end, or the section whose plugin it chooses: "lr" of
/// "optimizer.lr", "mask" of "mask.plugin".
inline std::string short_key(const std::string& key) {
  auto parts = base::split(key, '.');
  if (parts.size() > 1 && parts.back() == "plugin") parts.pop_back();
  return parts.back();
}

}  // namespace ibot::compare
