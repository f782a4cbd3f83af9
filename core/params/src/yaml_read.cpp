// SPDX-License-Identifier: GPL-3.0-or-later
#include "yaml_text.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/params/yaml.h>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <map>
#include <sstream>

namespace ibot::params {
namespace {

constexpr std::size_t kLongestKey = 200;

// Leaves yaml-cpp from inside an event: the limit is passed and the rest of the file is not worth reading.
struct LimitPassed {};

// Builds nodes from yaml-cpp's events. The events are used instead of YAML::Load because those graphs have
// lost duplicate keys, and because depth and number can be bounded while reading.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const TextLines& lines, const Origin& where, Diagnostics& diagnostics)
      : lines_(lines), where_(where), diagnostics_(diagnostics) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      fail(mark, "a second document begins here", "one document a file", "Delete the line \"---\"");
      throw LimitPassed();
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    Node node;
    node.origin = origin(mark);
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases (*name) are not supported", "the value itself", "Write the value out");
    Node node;
    node.origin = origin(mark);
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    const bool clean = is_clean(value);
    if (!clean)
      fail(mark, "the text holds control characters", "", "Only tab and line feed may be written as escapes");
    // "!" is what yaml-cpp reports for quotes and block texts, "?" for plain text.
    add(Node::scalar(clean ? value : "", tag == "!", origin(mark)));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Node::sequence({}, origin(mark)), mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Node::mapping(origin(mark)), mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Level {
    Node node;
    bool key_is_next = true;  // of a mapping
    bool drop_value = false;  // the key before was refused
    std::string key;
    Origin key_origin;
    std::map<std::string, int, std::less<>> lines_of_keys;
  };

  Origin origin(const YAML::Mark& mark) const {
    if (mark.is_null()) return where_;
    return lines_.at(where_, static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  }

  void fail(const YAML::Mark& mark, std::string message, std::string expected, std::string hint) {
    diagnostics_.push_back(
        {Severity::Error, origin(mark), "", std::move(message), std::move(expected), std::move(hint)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      fail(mark, "anchors (&name) are not supported", "", "Write the value out");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    fail(mark, "the tag " + base::quote_untrusted(tag) + " is not supported", "", "Delete the tag");
  }

  void begin(Node node, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (levels_.size() >= static_cast<std::size_t>(kMostYamlLevels)) {
      fail(mark, base::str("more than ", kMostYamlLevels, " levels inside each other"), "",
           "A configuration needs four");
      throw LimitPassed();
    }
    levels_.push_back({});
    levels_.back().node = std::move(node);
  }

  void end() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (++nodes_ > kMostYamlNodes) {
      diagnostics_.push_back({Severity::Error, node.origin, "",
                              base::str("more than ", base::format_count(kMostYamlNodes), " values"), "",
                              "Is this a configuration?"});
      throw LimitPassed();
    }
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::Sequence) {
      level.node.items.push_back(std::move(node));
    } else if (level.key_is_next) {
      take_key(level, std::move(node));
      level.key_is_next = false;
    } else {
      if (!level.drop_value) {
        level.node.entries.push_back({std::move(level.key), std::move(level.key_origin), std::move(node)});
      }
      level.key_is_next = true;
    }
  }

  void take_key(Level& level, Node node) {
    level.drop_value = true;
    const auto refuse = [&](std::string message, std::string expected, std::string hint) {
      diagnostics_.push_back(
          {Severity::Error, node.origin, "", std::move(message), std::move(expected), std::move(hint)});
    };
    if (node.kind != Node::Kind::Scalar)
      return refuse(describe(node) + " stands where a key must", "a name", "");
    if (node.text == "<<" && !node.quoted) {
      return refuse("merge keys (<<) are not supported", "",
                    "Name a file below this one with \"base: other.yaml\"");
    }
    if (node.text.size() > kLongestKey) {
      return refuse(base::str("a key has ", node.text.size(), " bytes"), base::str("at most ", kLongestKey),
                    "");
    }
    const auto [known, is_new] = level.lines_of_keys.emplace(node.text, node.origin.line);
    if (!is_new) {
      return refuse("the key " + base::quote_untrusted(node.text) + " is given twice in one group", "",
                    known->second > 0 ? base::str("It stands in line ", known->second, " already") : "");
    }
    level.drop_value = false;
    level.key = std::move(node.text);
    level.key_origin = std::move(node.origin);
  }

  const TextLines& lines_;
  const Origin& where_;
  Diagnostics& diagnostics_;
  std::vector<Level> levels_;
  Node root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

struct PlainWords {
  std::string_view original, message, hint;
};

// What yaml-cpp says, and what a person needs to hear.
const std::array<PlainWords, 10> kPlainWords = {{
    {YAML::ErrorMsg::MAP_VALUE, "a ':' stands where no value can begin",
     "Check the indentation of this line and the one above; a text with ': ' inside needs quotes"},
    {YAML::ErrorMsg::MAP_KEY, "a key stands where none can begin", "Check the indentation of this line"},
    {YAML::ErrorMsg::END_OF_MAP, "this line does not belong to the group above",
     "Keys of one group begin in the same column, as \"key: value\""},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "a '{' is not closed", "Add the missing '}' or ','"},
    {YAML::ErrorMsg::END_OF_SEQ, "this line does not belong to the list above",
     "Elements of one list begin with '- ' in the same column"},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "a '[' is not closed", "Add the missing ']' or ','"},
    {YAML::ErrorMsg::BLOCK_ENTRY, "a '-' stands where no list can begin", "Put the list on lines of its own"},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "the file ends inside a text in quotes", "Add the closing quote"},
    {YAML::ErrorMsg::DOC_IN_SCALAR, "the file ends inside a text in quotes", "Add the closing quote"},
    {YAML::ErrorMsg::FLOW_END, "a ']' or '}' closes nothing", "Delete it, or add the opening one"},
}};

Diagnostic syntax_error(const YAML::Exception& exception, const TextLines& lines, const Origin& where) {
  Diagnostic diagnostic;
  diagnostic.where = where;
  if (!exception.mark.is_null()) {
    diagnostic.where = lines.at(where, static_cast<std::size_t>(exception.mark.line),
                                static_cast<std::size_t>(exception.mark.column));
  }
  diagnostic.message = "not valid YAML: " + base::quote_untrusted(exception.msg);
  for (const PlainWords& words : kPlainWords) {
    if (exception.msg != words.original) continue;
    diagnostic.message = words.message;
    diagnostic.hint = words.hint;
  }
  return diagnostic;
}

}  // namespace

std::optional<Node> read_yaml(std::string_view text, const Origin& where, Diagnostics& diagnostics) {
  if (text.size() > kMostYamlBytes) {
    diagnostics.push_back({Severity::Error, where, "", "the text has " + base::format_bytes(text.size()),
                           "at most " + base::format_bytes(kMostYamlBytes), "Is this a configuration?"});
    return std::nullopt;
  }
  {
    const TextLines lines(text);
    if (!check_text(text, lines, where, diagnostics)) return std::nullopt;
    if (!check_indentation(lines, where, diagnostics)) {
      // The rest has its own mistakes, which are found in the same go; what does not parse then is the tabs'
      // doing.
      const std::string mended = with_spaces(text);
      Diagnostics rest;
      if (!check_indentation(TextLines(mended), where, rest)) return std::nullopt;
      auto root = read_yaml(mended, where, rest);
      if (root) diagnostics.insert(diagnostics.end(), rest.begin(), rest.end());
      return root;
    }
  }
  const TextLines lines(text);
  TreeBuilder builder(lines, where, diagnostics);
  // Without the end mark, yaml-cpp closes by itself a quote that the file leaves open.
  std::istringstream stream{std::string(text) + "\n...\n"};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const LimitPassed&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    diagnostics.push_back(syntax_error(exception, lines, where));
    return std::nullopt;
  }
  Node root = builder.take();
  if (root.kind == Node::Kind::Null) root = Node::mapping(lines.at(where, 0, 0));
  return root;
}

std::optional<Node> read_yaml_file(const std::filesystem::path& path, Diagnostics& diagnostics) {
  const Origin where{Origin::Kind::File, path.string(), 0, 0};
  const auto text = base::read_text_file(path, kMostYamlBytes);
  if (!text) {
    diagnostics.push_back(
        {Severity::Error, where, "", text.error().message, text.error().expected, text.error().hint});
    return std::nullopt;
  }
  return read_yaml(*text, where, diagnostics);
}

}  // namespace ibot::params
