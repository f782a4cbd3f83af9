// SPDX-License-Identifier: GPL-3.0-or-later
#include "scalar_text.h"

#include <ibot/params/value.h>
#include <ibot/params/yaml.h>

#include <algorithm>

namespace ibot::params {
namespace {

bool is_inline(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
    case Node::Kind::Scalar:
      return true;
    case Node::Kind::Sequence:
      return std::all_of(node.items.begin(), node.items.end(),
                         [](const Node& item) { return is_inline(item); });
    case Node::Kind::Mapping:
      return node.entries.empty();
  }
  return true;
}

std::string inline_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "null";
    case Node::Kind::Scalar:
      return node_text(node);
    case Node::Kind::Mapping:
      return "{}";
    case Node::Kind::Sequence:
      break;
  }
  std::string text = "[";
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) text += ", ";
    text += inline_text(node.items[i]);
  }
  return text + "]";
}

// Writes a group or a list of groups. `first_indent` is false where the line is begun already, by "- ".
void write_block(const Node& node, std::size_t indent, bool first_indent, std::string& out) {
  const std::string spaces(indent, ' ');
  bool at_line_start = first_indent;
  const auto begin_line = [&] {
    if (at_line_start) out += spaces;
    at_line_start = true;
  };
  if (node.kind == Node::Kind::Sequence) {
    for (const Node& item : node.items) {
      begin_line();
      out += "- ";
      if (is_inline(item)) {
        out += inline_text(item) + "\n";
      } else {
        write_block(item, indent + 2, false, out);
      }
    }
    return;
  }
  for (const Node::Entry& entry : node.entries) {
    begin_line();
    out += quote_if_needed(entry.key) + ":";
    if (is_inline(entry.value)) {
      out += " " + inline_text(entry.value) + "\n";
    } else {
      out += "\n";
      write_block(entry.value, indent + 2, true, out);
    }
  }
}

}  // namespace

std::string write_yaml(const Node& node) {
  if (is_inline(node)) return inline_text(node) + "\n";
  std::string out;
  write_block(node, 0, true, out);
  return out;
}

}  // namespace ibot::params
