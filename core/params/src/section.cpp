// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/check.h>
#include <ibot/params/section.h>

#include <algorithm>

namespace ibot::params {
namespace {

constexpr std::size_t kFewKeys = 14;

// Whether the last part of a dotted key is `name`.
bool ends_with_name(std::string_view key, std::string_view name) {
  return key.substr(key.rfind('.') + 1) == name;
}

class SectionReader {
 public:
  SectionReader(const Schema& schema, const SectionContext& context, Diagnostics& diagnostics)
      : schema_(schema), path_(context.path), context_(context), diagnostics_(diagnostics) {
    section_.values = default_values(schema);
    for (const Definition& definition : schema.definitions()) section_.origins[definition.key] = Origin{};
  }

  // `prefix` is "" or a group with its dot, "blur.".
  void read(const Node& mapping, const std::string& prefix) {
    for (const Node::Entry& entry : mapping.entries) {
      const std::string key = prefix + entry.key;
      const std::string path = join_path(path_, key);
      if (prefix.empty() && is_reserved(entry.key)) continue;
      // A dot inside a key of the file would otherwise reach into a group.
      const bool dotted = entry.key.find('.') != std::string::npos;
      if (const Definition* definition = dotted ? nullptr : schema_.find(key)) {
        if (auto value = convert(entry.value, *definition, path, diagnostics_)) {
          section_.values[key] = std::move(*value);
          section_.origins[key] = entry.value.origin;
        }
      } else if (!dotted && has_group(key + ".")) {
        read_group(entry, key + ".", path);
      } else {
        diagnostics_.push_back(unknown(entry, prefix));
      }
    }
  }

  Section take() { return std::move(section_); }

 private:
  bool is_reserved(const std::string& key) const {
    return std::find(context_.reserved.begin(), context_.reserved.end(), key) != context_.reserved.end();
  }

  bool has_group(const std::string& prefix) const {
    return std::any_of(
        schema_.definitions().begin(), schema_.definitions().end(),
        [&prefix](const Definition& definition) { return definition.key.starts_with(prefix); });
  }

  void read_group(const Node::Entry& entry, const std::string& prefix, const std::string& path) {
    if (entry.value.is_mapping()) return read(entry.value, prefix);
    if (entry.value.kind == Node::Kind::Null) return;
    diagnostics_.push_back({Severity::Error, entry.value.origin, path, "found " + describe(entry.value),
                            "a group with " + base::join_choices(names_below(prefix)), ""});
  }

  // Keys and groups that may stand directly below the prefix.
  std::vector<std::string> names_below(const std::string& prefix) const {
    std::vector<std::string> names = prefix.empty() ? context_.reserved : std::vector<std::string>{};
    for (const Definition& definition : schema_.definitions()) {
      if (!definition.key.starts_with(prefix)) continue;
      const std::string rest = definition.key.substr(prefix.size());
      const std::string name = rest.substr(0, rest.find('.'));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }

  Diagnostic unknown(const Node::Entry& entry, const std::string& prefix) const {
    const std::string group = join_path(path_, prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1));
    Diagnostic diagnostic = unknown_key(entry.origin, group, entry.key, names_below(prefix));
    if (!diagnostic.hint.empty()) return diagnostic;
    // The right name at the wrong level: "probability" for "blur.probability", and the other way round.
    const std::string name = entry.key.substr(entry.key.rfind('.') + 1);
    for (const Definition& definition : schema_.definitions()) {
      if (definition.key != prefix + entry.key && !ends_with_name(definition.key, name)) continue;
      diagnostic.hint = "The key " + join_path(path_, definition.key) + " exists; write it as nested groups";
      return diagnostic;
    }
    for (const std::string& key : context_.elsewhere) {
      if (!ends_with_name(key, name)) continue;
      diagnostic.hint = "The key " + key + " exists";
      return diagnostic;
    }
    return diagnostic;
  }

  const Schema& schema_;
  std::string_view path_;
  const SectionContext& context_;
  Diagnostics& diagnostics_;
  Section section_;
};

}  // namespace

std::string join_path(std::string_view path, std::string_view key) {
  if (path.empty() || key.empty()) return std::string(path) + std::string(key);
  return std::string(path) + "." + std::string(key);
}

Node to_node(const Values& values, const Schema& schema) {
  Node root = Node::mapping();
  for (const Definition& definition : schema.definitions()) {
    const auto value = values.find(definition.key);
    if (value == values.end()) continue;
    Node* target = &root;
    for (const std::string& part : base::split(definition.key, '.')) {
      if (target->kind == Node::Kind::Null) *target = Node::mapping();
      target = &target->at(part);
    }
    *target = to_node(value->second);
  }
  return root;
}

Diagnostic unknown_key(const Origin& where, std::string_view path, std::string_view key,
                       const std::vector<std::string>& known) {
  Diagnostic diagnostic;
  diagnostic.where = where;
  diagnostic.key = path;
  diagnostic.message = "unknown key " + base::quote_untrusted(key);
  if (known.empty()) diagnostic.expected = "no key at all";
  if (!known.empty() && known.size() <= kFewKeys) diagnostic.expected = base::join_choices(known);
  if (const auto near = base::nearest_name(key, known)) diagnostic.hint = "Did you mean " + *near + "?";
  return diagnostic;
}

Section read_section(const Node& mapping, const Schema& schema, const SectionContext& context,
                     Diagnostics& diagnostics) {
  SectionReader reader(schema, context, diagnostics);
  if (mapping.is_mapping()) {
    reader.read(mapping, "");
  } else if (mapping.kind != Node::Kind::Null) {
    diagnostics.push_back(
        {Severity::Error, mapping.origin, context.path, "found " + describe(mapping), "a group of keys", ""});
  }
  return reader.take();
}

}  // namespace ibot::params
