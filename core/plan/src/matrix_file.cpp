// SPDX-License-Identifier: GPL-3.0-or-later
// How a matrix is written: as a file, or as words of a command line.
#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/value.h>
#include <ibot/params/yaml.h>
#include <ibot/plan/matrix.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ibot::plan {
namespace {

using params::Diagnostics;
using params::Node;
using params::Origin;
using params::Severity;

void fail(Diagnostics& diagnostics, const Origin& where, std::string key, std::string message,
          std::string expected, std::string hint = {}) {
  diagnostics.push_back(
      {Severity::Error, where, std::move(key), std::move(message), std::move(expected), std::move(hint)});
}

// Within brackets these mean something, unless the text is in quotes.
bool needs_quotes(const Node& scalar) {
  return scalar.quoted || scalar.text.find_first_of(",[]{}:#\"'") != std::string::npos;
}

// One value on one line, as an override takes it.
std::string to_flow(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::Null:
      return "null";
    case Node::Kind::Scalar:
      return needs_quotes(node) ? nlohmann::json(node.text).dump() : node.text;
    case Node::Kind::Sequence:
      for (const Node& item : node.items) text += (text.empty() ? "" : ", ") + to_flow(item);
      return "[" + text + "]";
    case Node::Kind::Mapping:
      for (const Node::Entry& entry : node.entries)
        text += (text.empty() ? "" : ", ") + entry.key + ": " + to_flow(entry.value);
      return "{" + text + "}";
  }
  return text;
}

std::vector<std::string> to_overrides(const Node& mapping) {
  std::vector<std::string> overrides;
  for (const Node::Entry& entry : mapping.entries)
    overrides.push_back(entry.key + "=" + to_flow(entry.value));
  return overrides;
}

// The reader of one file.
class MatrixReader {
 public:
  MatrixReader(const std::filesystem::path& file, Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  Matrix read(const Node& root) {
    static const std::vector<std::string> kKnown = {"name", "base", "set", "factors", "seeds", "design"};
    for (const Node::Entry& entry : root.entries) {
      if (entry.key == "name") matrix_.name = text(entry);
      if (entry.key == "base") matrix_.base = (file_.parent_path() / text(entry)).lexically_normal();
      if (entry.key == "set") read_set(entry);
      if (entry.key == "factors") read_factors(entry);
      if (entry.key == "seeds") read_seeds(entry);
      if (entry.key == "design") read_design(entry);
      if (std::find(kKnown.begin(), kKnown.end(), entry.key) == kKnown.end())
        diagnostics_.push_back(params::unknown_key(entry.origin, "", entry.key, kKnown));
    }
    if (matrix_.name.empty()) matrix_.name = file_.stem().string();
    if (!root.find("base"))
      fail(diagnostics_, root.origin, "base", "no recipe is named", "the path of a recipe");
    return std::move(matrix_);
  }

 private:
  std::string text(const Node::Entry& entry) {
    if (entry.value.kind == Node::Kind::Scalar && !entry.value.text.empty()) return entry.value.text;
    fail(diagnostics_, entry.origin, entry.key, "found " + params::describe(entry.value), "a text");
    return {};
  }

  void read_set(const Node::Entry& entry) {
    if (entry.value.kind == Node::Kind::Null) return;
    if (!entry.value.is_mapping())
      return fail(diagnostics_, entry.origin, entry.key, "found " + params::describe(entry.value),
                  "a group of keys with their values, as {train.epochs: 50}");
    matrix_.overrides = to_overrides(entry.value);
  }

  void read_factors(const Node::Entry& entry) {
    if (!entry.value.is_mapping())
      return fail(diagnostics_, entry.origin, entry.key, "found " + params::describe(entry.value),
                  "a group of factors, as {mask.plugin: [none, block]}");
    for (const Node::Entry& factor : entry.value.entries) read_factor(factor);
  }

  void read_factor(const Node::Entry& entry) {
    MatrixFactor factor{entry.key, {}};
    const std::string path = "factors." + entry.key;
    if (entry.value.kind == Node::Kind::Sequence) {
      for (const Node& value : entry.value.items) {
        const std::string flow = to_flow(value);
        factor.levels.push_back(
            {value.kind == Node::Kind::Scalar ? value.text : flow, {entry.key + "=" + flow}});
      }
    } else if (entry.value.is_mapping()) {
      for (const Node::Entry& level : entry.value.entries) {
        if (level.value.is_mapping() || level.value.kind == Node::Kind::Null) {
          factor.levels.push_back({level.key, to_overrides(level.value)});
        } else {
          fail(diagnostics_, level.origin, path + "." + level.key, "found " + params::describe(level.value),
               "a group of keys with their values, as {mask.plugin: none}",
               "Values of a single key are a list: " + entry.key + ": [a, b]");
        }
      }
    } else {
      return fail(diagnostics_, entry.origin, path, "found " + params::describe(entry.value),
                  "a list of values, or names with the keys that each sets");
    }
    if (factor.levels.empty()) return fail(diagnostics_, entry.origin, path, "has no values", "one or more");
    matrix_.factors.push_back(std::move(factor));
  }

  void read_seeds(const Node::Entry& entry) {
    constexpr const char* kExpected = "a list of whole numbers from 0, each once";
    if (entry.value.kind != Node::Kind::Sequence)
      return fail(diagnostics_, entry.origin, entry.key, "found " + params::describe(entry.value), kExpected);
    for (const Node& item : entry.value.items) {
      const auto seed =
          item.kind == Node::Kind::Scalar && !item.quoted ? base::parse_int(item.text) : std::nullopt;
      const bool known =
          seed && std::find(matrix_.seeds.begin(), matrix_.seeds.end(), *seed) != matrix_.seeds.end();
      if (!seed || *seed < 0 || known) {
        fail(diagnostics_, item.origin, entry.key, "found " + params::describe(item), kExpected);
      } else {
        matrix_.seeds.push_back(*seed);
      }
    }
  }

  void read_design(const Node::Entry& entry) {
    const std::string design = text(entry);
    if (design == "one_at_a_time") {
      matrix_.design = MatrixDesign::OneAtATime;
    } else if (!design.empty() && design != "full") {
      fail(diagnostics_, entry.origin, entry.key, "found " + params::describe(entry.value),
           "full or one_at_a_time");
    }
  }

  const std::filesystem::path& file_;
  Diagnostics& diagnostics_;
  Matrix matrix_;
};

// "key=value" as an entry of a group.
void put_override(Node& group, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  Diagnostics ignored;
  auto value = params::read_yaml(std::string_view(assignment).substr(equals + 1), {}, ignored);
  Node& place = group.at(assignment.substr(0, equals));
  place = value ? std::move(*value) : Node::scalar(assignment.substr(equals + 1), true);
}

// A factor of one key, each of its levels named by its value.
bool is_plain(const MatrixFactor& factor) {
  return std::all_of(factor.levels.begin(), factor.levels.end(), [&](const MatrixLevel& level) {
    return level.overrides.size() == 1 && level.overrides.front().starts_with(factor.name + "=");
  });
}

Node to_node(const MatrixFactor& factor) {
  if (!is_plain(factor)) {
    Node levels = Node::mapping();
    for (const MatrixLevel& level : factor.levels) {
      Node& group = levels.at(level.name);
      group = Node::mapping();
      for (const std::string& assignment : level.overrides) put_override(group, assignment);
    }
    return levels;
  }
  Node values = Node::sequence({});
  for (const MatrixLevel& level : factor.levels) {
    Node one = Node::mapping();
    put_override(one, level.overrides.front());
    values.items.push_back(std::move(one.entries.front().value));
  }
  return values;
}

// At commas outside of brackets, braces and quotes.
std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth <= 0) {
      values.emplace_back();
      continue;
    }
    values.back() += c;
  }
  return values;
}

}  // namespace

std::optional<Matrix> read_matrix(const std::filesystem::path& file, Diagnostics& diagnostics,
                                  std::optional<std::string_view> text) {
  Diagnostics found;
  const auto root = text ? params::read_yaml(*text, {Origin::Kind::File, file.string(), 0, 0}, found)
                         : params::read_yaml_file(file, found);
  std::optional<Matrix> matrix;
  if (root && root->is_mapping()) {
    matrix = MatrixReader(file, found).read(*root);
  } else if (root) {
    fail(found, root->origin, "", "found " + params::describe(*root), "a matrix: name, base, factors, seeds");
  }
  params::sort_by_position(found);
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  return params::has_errors(found) ? std::nullopt : matrix;
}

std::string write_matrix(const Matrix& matrix) {
  Node root = Node::mapping();
  root.at("name") = params::to_node(params::Value(matrix.name));
  root.at("base") = params::to_node(params::Value(matrix.base.string()));
  if (!matrix.overrides.empty()) {
    Node& set = root.at("set");
    set = Node::mapping();
    for (const std::string& assignment : matrix.overrides) put_override(set, assignment);
  }
  Node& factors = root.at("factors");
  factors = Node::mapping();
  for (const MatrixFactor& factor : matrix.factors) factors.at(factor.name) = to_node(factor);
  if (!matrix.seeds.empty()) root.at("seeds") = params::to_node(params::Value(matrix.seeds));
  root.at("design") = Node::scalar(matrix.design == MatrixDesign::Full ? "full" : "one_at_a_time", false);
  return params::write_yaml(root);
}

std::optional<MatrixFactor> parse_factor(std::string_view text, Diagnostics& diagnostics) {
  const std::size_t equals = text.find('=');
  const Origin where{Origin::Kind::Override, std::string(text), 0, 0};
  constexpr const char* kExpected = "key=value,value,...";
  if (equals == std::string_view::npos) {
    fail(diagnostics, where, "", "found " + base::quote_untrusted(text), kExpected);
    return std::nullopt;
  }
  MatrixFactor factor{std::string(base::trim(text.substr(0, equals))), {}};
  for (const std::string& value : split_values(text.substr(equals + 1))) {
    const std::string trimmed(base::trim(value));
    if (trimmed.empty() || factor.name.empty()) {
      fail(diagnostics, where, factor.name, "a value or the key is missing", kExpected);
      return std::nullopt;
    }
    factor.levels.push_back({trimmed, {factor.name + "=" + trimmed}});
  }
  return factor;
}

}  // namespace ibot::plan
