// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a configuration file and as an override: read, written, laid upon itself and typed by a
// schema.
#include <ibot/params/layers.h>
#include <ibot/params/section.h>
#include <ibot/params/yaml.h>
#include <ibot/params/yaml_edit.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

using namespace ibot;

struct Inner {
  double probability = 0.5;
  static void describe(params::Describer& d, Inner& o) { d.field("p", o.probability).between(0, 1); }
};

// Short keys, so that mutations hit them.
struct Options {
  bool flag = false;
  std::int64_t integer = 1;
  double real = 0.5;
  std::string text = "a";
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string> texts;
  Inner inner;

  static void describe(params::Describer& d, Options& o) {
    d.field("b", o.flag);
    d.field("i", o.integer).at_least(0);
    d.field("r", o.real).above(0).below(1e6);
    d.field("t", o.text).choices({"a", "ab", "yes"});
    d.field("is", o.integers).items(0, 3);
    d.field("rs", o.reals).between(-1, 1);
    d.field("ts", o.texts);
    d.group("g", o.inner);
  }
};

void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "promise broken: " << what << '\n';
  std::abort();
}

// Any key of a text that can be read can be set and taken out, and says what was meant afterwards.
void edit(const std::string& text, const params::Node& root) {
  constexpr std::size_t kMostKeys = 4;
  const params::Node value = params::Node::scalar("12345", false);
  for (std::size_t i = 0; root.is_mapping() && i < std::min(root.entries.size(), kMostKeys); ++i) {
    const std::string& key = root.entries[i].key;
    if (key.find('.') != std::string::npos) continue;
    const auto edited = params::set_yaml(text, key, value);
    require(edited.ok(), "a key that is there can be set");
    params::Diagnostics diagnostics;
    const auto again = params::read_yaml(*edited, {params::Origin::Kind::File, "", 0, 0}, diagnostics);
    const params::Node* found = again ? again->find(key) : nullptr;
    require(found != nullptr && params::same_content(*found, value), "an edit says what was meant");
    require(params::remove_yaml(text, key).ok(), "a key that is there can be taken out");
    (void)params::set_yaml(text, key + ".a.b", value);
    (void)params::append_yaml(text, key, value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const params::Schema schema = params::schema_of<Options>();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const params::Origin where{params::Origin::Kind::File, "fuzz.yaml", 0, 0};

  params::Diagnostics diagnostics;
  const auto node = params::read_yaml(text, where, diagnostics);
  require(node.has_value() || params::has_errors(diagnostics), "what cannot be read has a reason");
  if (node) {
    const std::string written = params::write_yaml(*node);
    params::Diagnostics again;
    const auto copy = params::read_yaml(written, where, again);
    require(written.size() > params::kMostYamlBytes || (copy && again.empty()),
            "what was written can be read");
    if (copy) {
      require(params::same_content(*copy, *node), "reading what was written gives the same content");
      require(params::write_yaml(*copy) == written, "writing is canonical");
    }
    const bool sound = !params::has_errors(diagnostics);
    if (sound) edit(text, *node);
    const params::Section section =
        params::read_section(*node, schema, {"s", {"plugin"}, {"other.depth"}}, diagnostics);
    require(section.values.size() == schema.keys().size(), "a section is complete");
    params::bind<Options>(section.values);
    params::merge(*node, *node, "", diagnostics);
    params::Node root = *node;
    params::apply_overrides(root, std::vector<std::string>{text, "a." + text, "g.p=" + text}, diagnostics);
  }
  params::sort_by_position(diagnostics);
  require(params::to_text(diagnostics).empty() == diagnostics.empty(), "every mistake has a text");
  return 0;
}
