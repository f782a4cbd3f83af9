// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/yaml.h>

#include <algorithm>
#include <optional>

namespace ibot::params {
namespace {

constexpr std::size_t kMostFiles = 16;

bool names_another_plugin(const Node& under, const Node& over) {
  const Node* old_plugin = under.find(kPluginKey);
  const Node* new_plugin = over.find(kPluginKey);
  return old_plugin && new_plugin && old_plugin->kind == Node::Kind::Scalar &&
         !same_content(*old_plugin, *new_plugin);
}

void warn_of_lost_keys(const Node& under, const Node& over, std::string_view path, Diagnostics& diagnostics) {
  std::vector<std::string> lost;
  for (const Node::Entry& entry : under.entries) {
    const bool written = entry.value.origin.kind != Origin::Kind::Default;
    if (written && entry.key != kPluginKey && !over.find(entry.key)) lost.push_back(entry.key);
  }
  if (lost.empty()) return;
  const Node& plugin = *over.find(kPluginKey);
  diagnostics.push_back({Severity::Warning, plugin.origin, std::string(path),
                         "the plugin changes from " + describe(*under.find(kPluginKey)) + " to " +
                             describe(plugin) + "; what the layers below say for " +
                             base::join_choices(lost) + " does not count any more",
                         "", "Write those keys again where the new plugin has them too"});
}

// "a.b=value", taken apart.
struct Override {
  std::string key;
  std::vector<std::string> parts;
  Node value;
};

std::optional<Override> parse_override(const std::string& assignment, Diagnostics& diagnostics) {
  const Origin where{Origin::Kind::Override, assignment, 0, 0};
  const auto fail = [&](const std::string& key, std::string message, std::string expected, std::string hint) {
    diagnostics.push_back(
        {Severity::Error, where, key, std::move(message), std::move(expected), std::move(hint)});
    return std::nullopt;
  };
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos)
    return fail("", "an override without \"=\"", "key=value, as train.epochs=100", "");
  Override parsed;
  parsed.key = base::trim(std::string_view(assignment).substr(0, equals));
  parsed.parts = base::split(parsed.key, '.');
  if (std::find(parsed.parts.begin(), parsed.parts.end(), "") != parsed.parts.end()) {
    return fail(parsed.key, "the key of an override is empty, or a part of it is",
                "key=value, as train.epochs=100", "");
  }
  const std::string_view text = base::trim(std::string_view(assignment).substr(equals + 1));
  if (text.empty())
    return fail(parsed.key, "no value is given", "key=value", "An empty text is written as '\"\"'");
  auto value = read_yaml(text, where, diagnostics);
  if (!value) return std::nullopt;
  parsed.value = std::move(*value);
  return parsed;
}

// The element of a list that a part of an override's key names: its position, or its plugin.
Node* find_item(Node& list, const std::string& name) {
  if (const auto index = base::parse_int(name)) {
    const bool inside = *index >= 0 && static_cast<std::size_t>(*index) < list.items.size();
    return inside ? &list.items[static_cast<std::size_t>(*index)] : nullptr;
  }
  const auto found = std::find_if(list.items.begin(), list.items.end(), [&name](const Node& item) {
    const Node* plugin = item.find(kPluginKey);
    return plugin && plugin->text == name;
  });
  return found == list.items.end() ? nullptr : &*found;
}

std::vector<std::string> item_names(const Node& list) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node* plugin = list.items[i].find(kPluginKey);
    names.push_back(plugin ? plugin->text : std::to_string(i));
  }
  return names;
}

// Follows `base:` from a recipe downwards and collects what it reads, lowest first.
class ChainReader {
 public:
  ChainReader(Layers& layers, std::vector<Node>& roots, std::optional<std::string_view> text)
      : layers_(layers), roots_(roots), text_(text) {}

  // `named_at` is where a file named this one.
  void read(const std::filesystem::path& path, const Origin* named_at) {
    std::error_code ignored;
    const auto identity = std::filesystem::weakly_canonical(path, ignored);
    if (std::find(chain_.begin(), chain_.end(), identity) != chain_.end()) {
      return fail(*named_at, "the chain of base files comes back to " + path.string(), "");
    }
    if (chain_.size() == kMostFiles) {
      return fail(*named_at, base::str("more than ", kMostFiles, " files follow each other by base:"), "");
    }
    chain_.push_back(identity);
    if (named_at && !std::filesystem::exists(path, ignored)) {
      return fail(*named_at, "the base file " + path.string() + " does not exist",
                  "The path is relative to the folder of the file that names it");
    }
    // Only the file on top can be held by an editor.
    const bool held = text_ && !named_at;
    auto root = held ? read_yaml(*text_, {Origin::Kind::File, path.string(), 0, 0}, layers_.diagnostics)
                     : read_yaml_file(path, layers_.diagnostics);
    if (!root) return;
    if (held && root->kind == Node::Kind::Null) *root = Node::mapping();
    if (!root->is_mapping()) {
      layers_.diagnostics.push_back({Severity::Error, root->origin, "", "found " + describe(*root),
                                     "a group of keys, as \"train:\"", ""});
      return;
    }
    if (const Node* base_file = root->find(kBaseKey)) read_base(*base_file, path);
    root->erase(kBaseKey);
    layers_.files.push_back(path);
    roots_.push_back(std::move(*root));
  }

 private:
  void read_base(const Node& node, const std::filesystem::path& path) {
    if (node.kind != Node::Kind::Scalar || node.text.empty()) {
      layers_.diagnostics.push_back({Severity::Error, node.origin, std::string(kBaseKey),
                                     "found " + describe(node), "the path of a YAML file", ""});
      return;
    }
    read((path.parent_path() / node.text).lexically_normal(), &node.origin);
  }

  void fail(const Origin& where, std::string message, std::string hint) {
    layers_.diagnostics.push_back(
        {Severity::Error, where, std::string(kBaseKey), std::move(message), "", std::move(hint)});
  }

  Layers& layers_;
  std::vector<Node>& roots_;
  std::optional<std::string_view> text_;
  std::vector<std::filesystem::path> chain_;
};

void apply(Node& root, const Override& item, Diagnostics& diagnostics) {
  const Origin& where = item.value.origin;
  const auto fail = [&](std::string message, std::string expected, std::string hint) {
    diagnostics.push_back(
        {Severity::Error, where, item.key, std::move(message), std::move(expected), std::move(hint)});
  };
  // Nothing is created before the walk has left what exists, and beyond that nothing can fail: a mistake
  // changes nothing.
  Node* target = &root;
  Node* parent = nullptr;
  std::string path;
  for (const std::string& part : item.parts) {
    parent = target;
    if (target->kind == Node::Kind::Sequence) {
      target = find_item(*target, part);
      if (!target) {
        const auto known = item_names(*parent);
        const auto near = base::nearest_name(part, known);
        return fail(base::quote_untrusted(part) + " is not in the list " + path,
                    known.empty() ? "" : base::join_choices(known),
                    near ? "Did you mean " + *near + "?" : "");
      }
    } else if (target->kind == Node::Kind::Scalar) {
      return fail(path + " is a single value and has no keys", "", "");
    } else {
      if (target->kind == Node::Kind::Null) *target = Node::mapping(where);
      target = &target->at(part, where);
    }
    path = join_path(path, part);
  }
  if (item.parts.back() == kPluginKey && parent->is_mapping()) {
    Node group = Node::mapping(where);
    group.at(kPluginKey, where) = item.value;
    *parent = merge(std::move(*parent), group, path.substr(0, path.rfind('.')), diagnostics);
  } else {
    *target = merge(std::move(*target), item.value, path, diagnostics);
  }
}

}  // namespace

Node merge(Node under, const Node& over, std::string_view path, Diagnostics& diagnostics) {
  if (under.is_mapping() && over.kind == Node::Kind::Null) return under;
  if (!under.is_mapping() || !over.is_mapping()) return over;
  if (names_another_plugin(under, over)) {
    warn_of_lost_keys(under, over, path, diagnostics);
    return over;
  }
  for (const Node::Entry& entry : over.entries) {
    if (Node* known = under.find(entry.key)) {
      *known = merge(std::move(*known), entry.value, join_path(path, entry.key), diagnostics);
    } else {
      under.entries.push_back(entry);
    }
  }
  return under;
}

void apply_overrides(Node& root, std::span<const std::string> assignments, Diagnostics& diagnostics) {
  std::vector<Override> overrides;
  for (const std::string& assignment : assignments) {
    if (auto parsed = parse_override(assignment, diagnostics)) overrides.push_back(std::move(*parsed));
  }
  std::stable_partition(overrides.begin(), overrides.end(),
                        [](const Override& item) { return item.parts.back() == kPluginKey; });
  for (const Override& item : overrides) apply(root, item, diagnostics);
}

Layers load_layers(const Node& defaults, const std::filesystem::path& file,
                   std::span<const std::string> overrides, std::optional<std::string_view> text) {
  Layers layers;
  layers.root = defaults;
  std::vector<Node> roots;
  if (!file.empty()) ChainReader(layers, roots, text).read(file, nullptr);
  for (const Node& root : roots) layers.root = merge(std::move(layers.root), root, "", layers.diagnostics);
  apply_overrides(layers.root, overrides, layers.diagnostics);
  return layers;
}

}  // namespace ibot::params
