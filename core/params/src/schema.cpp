// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/check.h>
#include <ibot/params/schema.h>

#include <algorithm>

namespace ibot::params {
namespace {

bool is_group_of(std::string_view group, std::string_view key) {
  return key.size() > group.size() && key.starts_with(group) && key[group.size()] == '.';
}

}  // namespace

std::optional<std::string> Schema::conflict(const Definition& definition) const {
  for (const Definition& known : definitions_) {
    if (known.key == definition.key) return "its key is declared twice";
    if (is_group_of(known.key, definition.key) || is_group_of(definition.key, known.key)) {
      return "a key cannot be a value and a group: " + known.key;
    }
  }
  return defect(definition);
}

void Schema::add(Definition definition) {
  if (const auto problem = conflict(definition)) {
    throw base::Exception(
        {base::ErrorCode::Internal, "parameter " + definition.key + ": " + *problem, "", ""});
  }
  definitions_.push_back(std::move(definition));
}

const Definition* Schema::find(std::string_view key) const {
  const auto found = std::find_if(definitions_.begin(), definitions_.end(),
                                  [key](const Definition& definition) { return definition.key == key; });
  return found == definitions_.end() ? nullptr : &*found;
}

std::vector<std::string> Schema::keys() const {
  std::vector<std::string> keys;
  for (const Definition& definition : definitions_) keys.push_back(definition.key);
  return keys;
}

}  // namespace ibot::params
