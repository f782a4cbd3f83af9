// SPDX-License-Identifier: GPL-3.0-or-later
#include "scalar_text.h"

#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/params/yaml.h>
#include <ibot/params/yaml_edit.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace ibot::params {
namespace {

using Path = std::vector<std::string>;

// --- the same changes on a tree, to compare with

Node* find_child(Node& node, const std::string& part) {
  if (node.kind != Node::Kind::Sequence) return node.find(part);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node* plugin = node.items[i].find(kPluginKey);
    if ((plugin && plugin->text == part) || part == std::to_string(i)) return &node.items[i];
  }
  return nullptr;
}

base::Error inside_a_value(const Path& path, std::size_t depth) {
  const std::string outer = base::str(path[depth - 1]);
  return {base::ErrorCode::InvalidArgument,
          base::quote_untrusted(outer) + " is a single value and has no keys", "", ""};
}

base::Status set_in_tree(Node& root, const Path& path, const Node& value) {
  Node* at = &root;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (at->kind == Node::Kind::Scalar) return inside_a_value(path, i);
    if (at->kind == Node::Kind::Sequence) {
      at = find_child(*at, path[i]);
      if (at == nullptr)
        return base::Error{base::ErrorCode::NotFound, base::quote_untrusted(path[i]) + " is not in the list",
                           "", ""};
      continue;
    }
    if (at->kind == Node::Kind::Null) *at = Node::mapping();
    at = &at->at(path[i]);
  }
  *at = value;
  return {};
}

// Where the path ends, with the node that holds it; no holder if it is not there.
struct Place {
  Node* holder = nullptr;
  std::size_t index = 0;  // of the holder's entries or items
};

Place find_place(Node& root, const Path& path) {
  Node* holder = nullptr;
  Node* at = &root;
  for (const std::string& part : path) {
    holder = at;
    at = find_child(*at, part);
    if (at == nullptr) return {};
  }
  Place place{holder, 0};
  if (holder->kind == Node::Kind::Sequence) {
    place.index = static_cast<std::size_t>(at - holder->items.data());
  } else {
    while (&holder->entries[place.index].value != at) ++place.index;
  }
  return place;
}

// --- the text

// [from, to) becomes `text`.
struct Edit {
  std::size_t from = 0, to = 0;
  std::string text;
};

std::string flow_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "null";
    case Node::Kind::Scalar:
      return node_text(node);
    case Node::Kind::Sequence: {
      std::string text = "[";
      for (const Node& item : node.items) text += (text.size() > 1 ? ", " : "") + flow_text(item);
      return text + "]";
    }
    case Node::Kind::Mapping: {
      std::string text = "{";
      for (const Node::Entry& entry : node.entries)
        text += (text.size() > 1 ? ", " : "") + quote_if_needed(entry.key) + ": " + flow_text(entry.value);
      return text + "}";
    }
  }
  return {};
}

bool is_short(const Node& node) {
  if (node.kind == Node::Kind::Mapping) return node.entries.empty();
  return std::all_of(node.items.begin(), node.items.end(), is_short);
}

class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  /// The node's first byte; columns of origins count characters.
  std::size_t offset(const Origin& origin) const {
    if (origin.line < 1) return text_.size();  // nothing was written
    std::size_t at = starts_[static_cast<std::size_t>(origin.line - 1)];
    for (int column = 1; column < origin.column && at < text_.size(); ++column) {
      do ++at;
      while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80);
    }
    return at;
  }
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\n'; }

  /// Behind a value that begins here: quotes, brackets, or a plain scalar of one line.
  std::size_t end_of_value(std::size_t from, bool in_flow) const {
    const char first = at(from);
    if (first == '"' || first == '\'') return end_of_quotes(from);
    if (first == '[' || first == '{') return end_of_brackets(from);
    std::size_t end = from;
    while (end < text_.size() && text_[end] != '\n') {
      if (text_[end] == '#' && end > from && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) break;
      if (in_flow && (text_[end] == ',' || text_[end] == ']' || text_[end] == '}')) break;
      ++end;
    }
    while (end > from && (text_[end - 1] == ' ' || text_[end - 1] == '\t' || text_[end - 1] == '\r')) --end;
    return end;
  }

  /// Behind the last line that belongs to something that begins on `line` and is indented by `indent`.
  /// `dashes`: lines that begin with "- " at the same indentation belong to it.
  std::size_t end_of_block(std::size_t line, std::size_t indent, bool dashes) const {
    std::size_t last = line;
    for (std::size_t i = line + 1; i < starts_.size(); ++i) {
      const std::string_view content = line_text(i);
      const std::size_t own = content.find_first_not_of(" \t\r");
      if (own == std::string_view::npos || content[own] == '#') continue;
      const bool is_dash = content[own] == '-' && (own + 1 == content.size() || content[own + 1] == ' ');
      if (own < indent || (own == indent && !(dashes && is_dash))) break;
      last = i;
    }
    return starts_[last] + line_text(last).size();
  }

  std::string_view line_text(std::size_t line) const {
    const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] - 1 : text_.size();
    return text_.substr(starts_[line], end - starts_[line]);
  }
  std::size_t start_of_line(std::size_t line) const { return starts_[line]; }

  std::string applied(const Edit& edit) const {
    return std::string(text_.substr(0, edit.from)) + edit.text + std::string(text_.substr(edit.to));
  }
  std::size_t size() const { return text_.size(); }

 private:
  std::size_t end_of_quotes(std::size_t from) const {
    const char quote = text_[from];
    for (std::size_t i = from + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '\'' && at(i + 1) == '\'') {
          ++i;
        } else {
          return i + 1;
        }
      }
    }
    return text_.size();
  }
  std::size_t end_of_brackets(std::size_t from) const {
    int depth = 0;
    for (std::size_t i = from; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '"' || c == '\'') {
        i = end_of_quotes(i) - 1;
      } else if (c == '#' && (text_[i - 1] == ' ' || text_[i - 1] == '\n')) {
        while (i + 1 < text_.size() && text_[i + 1] != '\n') ++i;
      } else if (c == '[' || c == '{') {
        ++depth;
      } else if ((c == ']' || c == '}') && --depth == 0) {
        return i + 1;
      }
    }
    return text_.size();
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
};

std::string indented(const Node& node, std::size_t indent) {
  std::string out;
  const std::string yaml = write_yaml(node);
  for (const std::string& line : base::split(yaml.substr(0, yaml.size() - 1), '\n'))
    out += "\n" + std::string(indent, ' ') + line;
  return out;
}

// What stands behind "key:" in block style.
std::string block_value(const Node& node, std::size_t key_indent) {
  return is_short(node) ? " " + flow_text(node) : indented(node, key_indent + 2);
}

class Editor {
 public:
  Editor(std::string_view text, Node& root) : text_(text), root_(root) {}

  std::optional<Edit> set(const Path& path, const Node& value) const {
    Node* at = &root_;
    Node* holder = nullptr;
    std::size_t known = 0;
    bool in_flow = false;
    for (; known < path.size(); ++known) {
      Node* next = find_child(*at, path[known]);
      if (next == nullptr) break;
      in_flow = in_flow || is_flow(*at);
      holder = at;
      at = next;
    }
    if (known == path.size()) return replace(*holder, *at, in_flow, value);
    // What is missing, from the inside out.
    Node rest = value;
    for (std::size_t i = path.size() - 1; i > known; --i) {
      Node outer = Node::mapping();
      outer.at(path[i]) = std::move(rest);
      rest = std::move(outer);
    }
    if (at->kind == Node::Kind::Null && holder != nullptr) {
      Node group = Node::mapping();
      group.at(path[known]) = std::move(rest);
      return replace(*holder, *at, in_flow, group);
    }
    return insert(*at, path[known], rest);
  }

  std::optional<Edit> remove(const Place& place) const {
    Node& holder = *place.holder;
    if (is_flow(holder)) return remove_from_flow(place);
    if (holder.kind == Node::Kind::Sequence) {
      const Node& item = holder.items[place.index];
      const std::size_t line = line_of(item.origin);
      const std::size_t dash = text_.line_text(line).find('-');
      if (dash == std::string_view::npos) return std::nullopt;
      return whole_lines(line, text_.end_of_block(line, dash + 1, false));
    }
    const Node::Entry& entry = holder.entries[place.index];
    const std::size_t line = line_of(entry.origin);
    const auto indent = static_cast<std::size_t>(entry.origin.column - 1);
    // A key on the line of a dash cannot go with its line.
    if (text_.line_text(line).find_first_not_of(' ') != indent) return std::nullopt;
    return whole_lines(line, text_.end_of_block(line, indent, entry.value.kind == Node::Kind::Sequence));
  }

  std::optional<Edit> append(const Node& list, const Node& item) const {
    if (list.items.empty()) return std::nullopt;
    if (is_flow(list)) {
      const std::size_t close = text_.end_of_value(text_.offset(list.origin), true) - 1;
      return Edit{close, close, ", " + flow_text(item)};
    }
    const std::size_t line = line_of(list.items.back().origin);
    const std::size_t dash = text_.line_text(line).find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::size_t end = text_.end_of_block(line, dash + 1, false);
    return Edit{end, end, indented(Node::sequence({item}), dash)};
  }

 private:
  static std::size_t line_of(const Origin& origin) { return static_cast<std::size_t>(origin.line - 1); }
  bool is_flow(const Node& node) const {
    if (node.origin.line == 0) return false;
    const char first = text_.at(text_.offset(node.origin));
    return (node.kind == Node::Kind::Mapping && first == '{') ||
           (node.kind == Node::Kind::Sequence && first == '[');
  }

  std::optional<Edit> replace(const Node& holder, const Node& old, bool in_flow, const Node& value) const {
    if (in_flow) {
      if (old.kind == Node::Kind::Null) return std::nullopt;
      const std::size_t from = text_.offset(old.origin);
      return Edit{from, text_.end_of_value(from, true), flow_text(value)};
    }
    if (holder.kind == Node::Kind::Sequence) return std::nullopt;
    const auto entry = std::find_if(holder.entries.begin(), holder.entries.end(),
                                    [&](const Node::Entry& each) { return &each.value == &old; });
    const std::size_t key = text_.offset(entry->origin);
    const auto indent = static_cast<std::size_t>(entry->origin.column - 1);
    const std::size_t quoted =
        text_.at(key) == '"' || text_.at(key) == '\'' ? text_.end_of_value(key, false) : key;
    std::size_t behind = quoted;  // the colon
    while (text_.at(behind) != ':' && text_.at(behind) != '\n') ++behind;
    ++behind;
    const bool on_the_line = old.kind != Node::Kind::Null && old.origin.line == entry->origin.line &&
                             (old.kind == Node::Kind::Scalar || is_flow(old));
    if (on_the_line && is_short(value)) {
      const std::size_t from = text_.offset(old.origin);
      return Edit{from, text_.end_of_value(from, false), flow_text(value)};
    }
    if (old.kind == Node::Kind::Null) return Edit{behind, behind, block_value(value, indent)};
    const std::size_t end =
        text_.end_of_block(line_of(entry->origin), indent, old.kind == Node::Kind::Sequence);
    return Edit{behind, end, block_value(value, indent)};
  }

  std::optional<Edit> insert(const Node& group, const std::string& key, const Node& value) const {
    if (group.kind == Node::Kind::Sequence) return std::nullopt;
    if (is_flow(group)) {
      const std::size_t close = text_.end_of_value(text_.offset(group.origin), true) - 1;
      std::size_t at = close;
      while (at > 0 && (text_.at(at - 1) == ' ' || text_.at(at - 1) == '\n')) --at;
      const std::string pair = quote_if_needed(key) + ": " + flow_text(value);
      return Edit{at, at, (group.entries.empty() ? "" : ", ") + pair};
    }
    if (group.entries.empty()) {
      if (&group != &root_) return std::nullopt;
      const bool ended = text_.size() == 0 || text_.at(text_.size() - 1) == '\n';
      return Edit{text_.size(), text_.size(),
                  (ended ? "" : "\n") + quote_if_needed(key) + ":" + block_value(value, 0) + "\n"};
    }
    const Node::Entry& last = group.entries.back();
    const auto indent = static_cast<std::size_t>(last.origin.column - 1);
    const std::size_t end =
        text_.end_of_block(line_of(last.origin), indent, last.value.kind == Node::Kind::Sequence);
    return Edit{end, end,
                "\n" + std::string(indent, ' ') + quote_if_needed(key) + ":" + block_value(value, indent)};
  }

  std::optional<Edit> remove_from_flow(const Place& place) const {
    const Node& holder = *place.holder;
    const bool list = holder.kind == Node::Kind::Sequence;
    const std::size_t count = list ? holder.items.size() : holder.entries.size();
    const auto start = [&](std::size_t i) {
      return text_.offset(list ? holder.items[i].origin : holder.entries[i].origin);
    };
    const auto end = [&](std::size_t i) {
      const Node& value = list ? holder.items[i] : holder.entries[i].value;
      return text_.end_of_value(text_.offset(value.origin), true);
    };
    if (place.index + 1 < count) return Edit{start(place.index), start(place.index + 1), ""};
    if (place.index > 0) return Edit{end(place.index - 1), end(place.index), ""};
    return Edit{start(0), end(0), ""};
  }

  Edit whole_lines(std::size_t line, std::size_t end) const {
    return {text_.start_of_line(line), std::min(end + 1, text_.size()), ""};
  }

  Text text_;
  Node& root_;
};

base::Result<Node> read(std::string_view text) {
  Diagnostics diagnostics;
  auto root = read_yaml(text, {Origin::Kind::File, "", 0, 0}, diagnostics);
  if (!root || has_errors(diagnostics)) return to_error(diagnostics);
  if (root->kind != Node::Kind::Mapping && root->kind != Node::Kind::Null) {
    return base::Error{base::ErrorCode::InvalidArgument, "found " + describe(*root), "a group of keys", ""};
  }
  return std::move(*root);
}

// Nothing is written as an empty text, not as "null".
bool is_nothing(const Node& root) {
  return root.kind == Node::Kind::Null || (root.is_mapping() && root.entries.empty());
}

// The edited text if it says what was meant, else what was meant, written anew.
std::string checked(std::string_view text, const std::optional<Edit>& edit, const Node& meant) {
  if (edit && edit->from <= edit->to && edit->to <= text.size()) {
    std::string edited = Text(text).applied(*edit);
    const auto again = read(edited);
    if (again && (same_content(*again, meant) || (is_nothing(*again) && is_nothing(meant)))) return edited;
  }
  return is_nothing(meant) ? std::string() : write_yaml(meant);
}

}  // namespace

base::Result<std::string> set_yaml(std::string_view text, std::string_view key, const Node& value) {
  IBOT_TRY(Node root, read(text));
  const Path path = base::split(key, '.');
  Node meant = root;
  IBOT_CHECK_OK(set_in_tree(meant, path, value));
  return checked(text, Editor(text, root).set(path, value), meant);
}

base::Result<std::string> remove_yaml(std::string_view text, std::string_view key) {
  IBOT_TRY(Node root, read(text));
  const Place place = find_place(root, base::split(key, '.'));
  if (place.holder == nullptr) return std::string(text);
  const auto edit = Editor(text, root).remove(place);
  if (place.holder->kind == Node::Kind::Sequence) {
    place.holder->items.erase(place.holder->items.begin() + static_cast<std::ptrdiff_t>(place.index));
  } else {
    place.holder->entries.erase(place.holder->entries.begin() + static_cast<std::ptrdiff_t>(place.index));
  }
  // A group that has lost its last key says nothing any more; YAML calls that null.
  if (place.holder->entries.empty() && place.holder->items.empty()) *place.holder = Node{};
  return checked(text, edit, root);
}

base::Result<std::string> append_yaml(std::string_view text, std::string_view list, const Node& item) {
  IBOT_TRY(Node root, read(text));
  Node* at = &root;
  for (const std::string& part : base::split(list, '.')) {
    at = at->is_mapping() ? at->find(part) : nullptr;
    if (at == nullptr || (at->kind != Node::Kind::Sequence && at->kind != Node::Kind::Mapping)) {
      return base::Error{base::ErrorCode::NotFound, "the text has no list " + base::quote_untrusted(list), "",
                         ""};
    }
  }
  if (at->kind != Node::Kind::Sequence)
    return base::Error{base::ErrorCode::NotFound, base::quote_untrusted(list) + " is no list", "", ""};
  const auto edit = Editor(text, root).append(*at, item);
  at->items.push_back(item);
  return checked(text, edit, root);
}

}  // namespace ibot::params
