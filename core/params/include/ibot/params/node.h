// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/diagnostic.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::params {

/// A configuration before it is typed: what a YAML file says, with the place of every value. Anchors,
/// aliases, tags and merge keys do not exist in it; depth and size are bounded by the reader.
struct IBOT_API Node {
  enum class Kind : std::uint8_t { Null = 1, Scalar, Sequence, Mapping };
  struct Entry;

  Kind kind = Kind::Null;
  std::string text;     ///< of a scalar, without quotes
  bool quoted = false;  ///< a scalar in quotes (or a block text) is a text, whatever it looks like
  Origin origin;
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a mapping, in the order of the file; keys are unique

  static Node scalar(std::string text, bool quoted, Origin origin = {});
  static Node sequence(std::vector<Node> items, Origin origin = {});
  static Node mapping(Origin origin = {});

  bool is_mapping() const { return kind == Kind::Mapping; }
  /// The value of a key of a mapping; nullptr if there is none or this is no mapping.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  /// The value of a key of a mapping, appended as Null if it is absent.
  Node& at(std::string_view key, const Origin& key_origin = {});
  void erase(std::string_view key);
};

struct IBOT_API Node::Entry {
  std::string key;
  Origin origin;  ///< of the key
  Node value;
};

/// Same content; origins and the order of a mapping's keys do not count.
IBOT_API bool same_content(const Node& a, const Node& b);

/// "text \"abc\"", "a list", "a group of keys", "nothing": what messages call a node that was seen.
IBOT_API std::string describe(const Node& node);

}  // namespace ibot::params
