// SPDX-License-Identifier: GPL-3.0-or-later
#include "scalar_text.h"

#include <ibot/base/text.h>
#include <ibot/params/node.h>

#include <algorithm>

namespace ibot::params {

Node Node::scalar(std::string text, bool quoted, Origin origin) {
  Node node;
  node.kind = Kind::Scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  node.origin = std::move(origin);
  return node;
}

Node Node::sequence(std::vector<Node> items, Origin origin) {
  Node node;
  node.kind = Kind::Sequence;
  node.items = std::move(items);
  node.origin = std::move(origin);
  return node;
}

Node Node::mapping(Origin origin) {
  Node node;
  node.kind = Kind::Mapping;
  node.origin = std::move(origin);
  return node;
}

const Node* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [key](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [key](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Node& Node::at(std::string_view key, const Origin& key_origin) {
  if (Node* known = find(key)) return *known;
  entries.push_back({std::string(key), key_origin, Node{}});
  return entries.back().value;
}

void Node::erase(std::string_view key) {
  std::erase_if(entries, [key](const Entry& entry) { return entry.key == key; });
}

bool same_content(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Node::Kind::Null:
      return true;
    case Node::Kind::Scalar:  // Quotes count only where they change the meaning.
      return a.text == b.text && (a.quoted == b.quoted || !is_plain_scalar(a.text));
    case Node::Kind::Sequence:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_content);
    case Node::Kind::Mapping:
      break;
  }
  return a.entries.size() == b.entries.size() &&
         std::all_of(a.entries.begin(), a.entries.end(), [&b](const Node::Entry& entry) {
           const Node* other = b.find(entry.key);
           return other && same_content(entry.value, *other);
         });
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "nothing";
    case Node::Kind::Scalar:
      return (node.quoted ? "the text " : "") + base::quote_untrusted(node.text);
    case Node::Kind::Sequence:
      return "a list";
    case Node::Kind::Mapping:
      return "a group of keys";
  }
  return "something unknown";
}

}  // namespace ibot::params
