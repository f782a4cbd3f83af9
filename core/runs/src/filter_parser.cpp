// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_node.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>
#include <utility>

namespace ibot::runs {
namespace {

using base::quote_untrusted;
using base::str;
using Node = Filter::Node;
using Kind = Node::Kind;
using Op = FilterOperator;
using Field = FilterField;

constexpr std::size_t kMostBytes = 4096;
constexpr int kMostLevels = 50;
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

struct NamedField {
  std::string_view name;
  Field field;
};
constexpr std::array kFields = {
    NamedField{"name", Field::Name},       NamedField{"id", Field::Id},
    NamedField{"parent", Field::Parent},   NamedField{"state", Field::State},
    NamedField{"tag", Field::Tag},         NamedField{"folder", Field::Folder},
    NamedField{"created", Field::Created}, NamedField{"ended", Field::Ended},
    NamedField{"step", Field::Step},       NamedField{"progress", Field::Progress},
    NamedField{"has", Field::Has}};

bool is_ordered(Op op) {
  return op != Op::Contains && op != Op::Equal;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::vector<std::string> state_names() {
  std::vector<std::string> names;
  for (const record::State state : record::kStates) names.emplace_back(record::to_string(state));
  for (const char* more : {"died", "silent", "active", "ended"}) names.emplace_back(more);
  return names;
}

std::string meant(const std::optional<std::string>& nearest) {
  return nearest ? str(" Did you mean ", *nearest, "?") : std::string();
}

// Reads "2026-11-30" or "2026-11-30T18:00" as the day or minute in local time. False: not a time.
bool read_time(const std::string& text, FilterTest& test) {
  // sscanf would take spaces and signs too.
  if (text.find_first_not_of("0123456789-T:") != std::string::npos) return false;
  std::tm tm = {};
  int used = 0;
  const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used);
  if (fields != 3 || tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1) return false;
  bool minute = false;
  if (static_cast<std::size_t>(used) != text.size()) {
    int rest = 0;
    const char* clock = text.c_str() + used;
    if (std::sscanf(clock, "T%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &rest) != 2) return false;
    if (clock[rest] != '\0' || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59)
      return false;
    minute = true;
  }
  const int day = tm.tm_mday;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  tm.tm_isdst = -1;
  std::tm end = tm;
  const std::time_t from = std::mktime(&tm);
  if (tm.tm_mday != day) return false;  // the 31st of a short month
  if (!minute) ++end.tm_mday;
  const std::time_t until = minute ? from + 60 : std::mktime(&end);
  test.from = static_cast<std::int64_t>(from) * 1'000'000;
  test.until = static_cast<std::int64_t>(until) * 1'000'000;
  return true;
}

// Recursive descent over the bytes. The first mistake ends it: what follows one mistake is guesswork.
class FilterParser {
 public:
  FilterParser(std::string_view text, const FilterNames* names) : text_(text), names_(names) {}

  std::optional<Node> parse() {
    skip_space();
    if (at_end()) return std::nullopt;
    std::optional<Node> node = any();
    if (!mistake && !at_end()) fail(at_, 1, "This parenthesis closes nothing.");
    return node;
  }

  std::optional<FilterMistake> mistake;

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip_space() {
    while (!at_end() && is_space(peek())) ++at_;
  }

  std::optional<Node> fail(std::size_t position, std::size_t length, std::string why) {
    if (!mistake) mistake = FilterMistake{position, length, std::move(why)};
    return std::nullopt;
  }

  // Length of the keyword "or", "and" or "not" that stands here alone; 0: none.
  std::size_t keyword(std::string_view word) const {
    const std::string_view rest = text_.substr(at_);
    if (rest.size() < word.size() || fold(rest.substr(0, word.size())) != word) return 0;
    const bool alone = rest.size() == word.size() || is_space(rest[word.size()]) ||
                       rest[word.size()] == '(' || rest[word.size()] == ')';
    return alone ? word.size() : 0;
  }

  std::optional<Node> any() {
    Node node{Kind::Any, {}, {}};
    for (;;) {
      std::optional<Node> part = all();
      if (!part) return std::nullopt;
      node.children.push_back(std::move(*part));
      const std::size_t length = keyword("or");
      if (length == 0) break;
      at_ += length;
      skip_space();
    }
    return node.children.size() == 1 ? std::move(node.children.front()) : std::move(node);
  }

  std::optional<Node> all() {
    Node node{Kind::All, {}, {}};
    for (;;) {
      if (at_end() || peek() == ')' || keyword("or") > 0) break;
      if (const std::size_t length = keyword("and"); length > 0) {
        if (node.children.empty()) return fail(at_, length, "\"and\" stands between two conditions.");
        at_ += length;
        skip_space();
        if (at_end() || peek() == ')' || keyword("or") > 0 || keyword("and") > 0)
          return fail(at_, 0, "After \"and\" a condition is missing.");
        continue;
      }
      std::optional<Node> part = one();
      if (!part) return std::nullopt;
      node.children.push_back(std::move(*part));
      skip_space();
    }
    if (node.children.empty()) {
      const bool closes = peek() == ')';
      return fail(at_,
                  at_end() ? 0
                  : closes ? 1
                           : 2,
                  closes ? "In front of this parenthesis a condition is missing."
                         : "\"or\" stands between two conditions.");
    }
    return node.children.size() == 1 ? std::move(node.children.front()) : std::move(node);
  }

  std::optional<Node> one() {
    const std::size_t start = at_;
    if (++level_ > kMostLevels) return fail(start, 1, "Too many conditions lie within each other.");
    std::optional<Node> node;
    const std::size_t negation = peek() == '-' ? 1 : keyword("not");
    if (negation > 0) {
      at_ += negation;
      skip_space();
      if (at_end() || peek() == ')')
        return fail(start, negation, "After this \"not\" a condition is missing.");
      if (std::optional<Node> child = one()) node = negated(std::move(*child));
    } else if (peek() == '(') {
      ++at_;
      skip_space();
      node = any();
      if (node && peek() != ')') return fail(start, 1, "This parenthesis is not closed.");
      ++at_;
    } else {
      node = test();
    }
    --level_;
    return node;
  }

  static Node negated(Node child) {
    Node node{Kind::Not, {}, {}};
    node.children.push_back(std::move(child));
    return node;
  }

  // Reads "quoted text" at the quotation mark.
  bool quoted(std::string& value) {
    const std::size_t start = at_++;
    while (!at_end() && peek() != '"') {
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_++];
    }
    if (at_end()) {
      fail(start, text_.size() - start, "This quotation mark is not closed.");
      return false;
    }
    ++at_;
    return true;
  }

  // Up to a space, one of `ends`, or "!=" where a name is read.
  std::string word(std::string_view ends, bool is_name) {
    const std::size_t start = at_;
    while (!at_end() && !is_space(peek()) && ends.find(peek()) == std::string_view::npos) {
      if (is_name && text_.substr(at_).starts_with("!=")) break;
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  // The operator that stands here; `negative`: it was "!=".
  std::optional<Op> read_operator(bool& negative) {
    const std::string_view rest = text_.substr(at_);
    constexpr std::array<std::pair<std::string_view, Op>, 7> kOperators = {{{"!=", Op::Equal},
                                                                            {"<=", Op::LessOrEqual},
                                                                            {">=", Op::GreaterOrEqual},
                                                                            {":", Op::Contains},
                                                                            {"=", Op::Equal},
                                                                            {"<", Op::Less},
                                                                            {">", Op::Greater}}};
    for (const auto& [text, op] : kOperators) {
      if (!rest.starts_with(text)) continue;
      at_ += text.size();
      negative = text == "!=";
      return op;
    }
    return std::nullopt;
  }

  std::optional<Node> test() {
    Node node{Kind::Test, {}, {}};
    FilterTest& test = node.test;
    test.number = kNoNumber;
    const std::size_t start = at_;
    if (peek() == '"') {
      if (!quoted(test.text)) return std::nullopt;
      test.folded = fold(test.text);
      return node;
    }
    std::string key = word("()\":=<>", true);
    const std::size_t key_length = at_ - start;
    bool negative = false;
    const auto op = read_operator(negative);
    if (!op) {
      test.text = std::move(key);
      test.folded = fold(test.text);
      return node;
    }
    if (key.empty()) return fail(start, at_ - start, "In front of the comparison a name is missing.");
    test.op = *op;
    const std::size_t value_at = at_;
    if (peek() == '"') {
      if (!quoted(test.text)) return std::nullopt;
    } else {
      test.text = word("()\"", false);
    }
    if (at_ == value_at) {
      return fail(start, at_ - start,
                  str("After ", quote_untrusted(text_.substr(start, at_ - start)), " a value is missing."));
    }
    test.folded = fold(test.text);
    test.number = base::parse_double(test.text).value_or(kNoNumber);
    if (!set_field(test, key, start, key_length)) return std::nullopt;
    if (!check_value(test, value_at, at_ - value_at)) return std::nullopt;
    if (negative) return negated(std::move(node));
    return node;
  }

  bool set_field(FilterTest& test, const std::string& key, std::size_t position, std::size_t length) {
    const std::string folded = fold(key);
    for (const NamedField& field : kFields) {
      if (folded != field.name) continue;
      test.field = field.field;
      test.key = folded;
      return true;
    }
    test.field = Field::Value;
    test.key = key;
    return names_ == nullptr || complete(test.key, position, length);
  }

  // Makes the whole name of what was written.
  bool complete(std::string& key, std::size_t position, std::size_t length) {
    const auto& names = names_->all();
    if (names.contains(key)) return true;
    std::vector<std::string> fitting;
    for (const std::string& name : names) {
      if (name.size() <= key.size() || !name.ends_with(key)) continue;
      const char before = name[name.size() - key.size() - 1];
      if (before == '.' || before == '/') fitting.push_back(name);
    }
    if (fitting.size() == 1) {
      key = fitting.front();
      return true;
    }
    if (!fitting.empty()) {
      const std::size_t count = fitting.size();
      fitting.resize(std::min<std::size_t>(count, 4));
      fail(position, length,
           str(quote_untrusted(key), " could be ", count, " names: ", base::join_choices(fitting),
               count > 4 ? " and more" : "", ". Write more of it."));
      return false;
    }
    std::vector<std::string> known(names.begin(), names.end());
    for (const NamedField& field : kFields) known.emplace_back(field.name);
    // Somebody who wrote the end of a name mistyped that end.
    std::optional<std::string> nearest = base::nearest_name(key, known);
    if (!nearest) {
      std::vector<std::string> ends;
      for (const std::string& name : names) ends.push_back(name.substr(name.find_last_of("./") + 1));
      nearest = base::nearest_name(key, ends);
    }
    fail(
        position, length,
        str("No run here has a parameter, metric or evaluation ", quote_untrusted(key), ".", meant(nearest)));
    return false;
  }

  bool check_value(FilterTest& test, std::size_t position, std::size_t length) {
    switch (test.field) {
      case Field::Created:
      case Field::Ended:
        if (read_time(test.text, test)) return true;
        fail(position, length,
             str(quote_untrusted(test.text),
                 " is no date: write 2026-11-30, or "
                 "2026-11-30T18:00 for a minute."));
        return false;
      case Field::Step:
      case Field::Progress:
        return need_number(test, position, length);
      case Field::Value:
        return !is_ordered(test.op) || need_number(test, position, length);
      case Field::Has:
        if (is_ordered(test.op)) break;
        return check_has(test, position, length);
      case Field::State:
        if (is_ordered(test.op)) break;
        return check_state(test, position, length);
      default:
        if (is_ordered(test.op)) break;
        return true;
    }
    fail(position, length,
         str(quote_untrusted(test.key), " is compared by \":\" or \"=\", not by \"", to_string(test.op),
             "\"."));
    return false;
  }

  bool need_number(const FilterTest& test, std::size_t position, std::size_t length) {
    if (!std::isnan(test.number)) return true;
    fail(position, length,
         str("After ", test.key, to_string(test.op), " stands a number, not ", quote_untrusted(test.text),
             "."));
    return false;
  }

  bool check_has(FilterTest& test, std::size_t position, std::size_t length) {
    for (const char* known : {"note", "notes", "tag", "tags", "folder", "parent"}) {
      if (test.folded != known) continue;
      test.text = known;
      return true;
    }
    return names_ == nullptr || complete(test.text, position, length);
  }

  bool check_state(const FilterTest& test, std::size_t position, std::size_t length) {
    const std::vector<std::string> known = state_names();
    if (std::find(known.begin(), known.end(), test.folded) != known.end()) return true;
    const auto nearest = base::nearest_name(test.folded, known);
    fail(position, length,
         str("There is no state ", quote_untrusted(test.text), ".",
             nearest ? meant(nearest) : str(" States are ", base::join_choices(known), ".")));
    return false;
  }

  std::string_view text_;
  const FilterNames* names_;
  std::size_t at_ = 0;
  int level_ = 0;
};

}  // namespace

ParsedFilter parse_filter(std::string_view text, const FilterNames* names) {
  ParsedFilter parsed;
  if (text.size() > kMostBytes) {
    parsed.mistake = FilterMistake{kMostBytes, text.size() - kMostBytes, "The filter is too long."};
    return parsed;
  }
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    parsed.mistake = FilterMistake{zero, 1, "The filter holds a character that cannot be read."};
    return parsed;
  }
  FilterParser parser(text, names);
  std::optional<Node> root = parser.parse();
  if (parser.mistake) {
    parsed.mistake = std::move(parser.mistake);
  } else if (root) {
    parsed.filter.root_ = std::make_shared<const Node>(std::move(*root));
  }
  return parsed;
}

}  // namespace ibot::runs
