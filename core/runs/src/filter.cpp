// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_node.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <cmath>

namespace ibot::runs {
namespace {

using Op = FilterOperator;
using Field = FilterField;

bool contains(std::string_view text, std::string_view folded_part) {
  return fold(text).find(folded_part) != std::string::npos;
}

bool equal(std::string_view text, std::string_view folded) {
  return text.size() == folded.size() && fold(text) == folded;
}

bool compare(double value, Op op, double wanted) {
  switch (op) {
    case Op::Less:
      return value < wanted;
    case Op::LessOrEqual:
      return value <= wanted;
    case Op::Greater:
      return value > wanted;
    case Op::GreaterOrEqual:
      return value >= wanted;
    default:
      return value == wanted;
  }
}

// `from` and `until` are the day or minute that was written: "after" is after its end.
bool compare_time(std::int64_t time, const FilterTest& test) {
  switch (test.op) {
    case Op::Less:
      return time < test.from;
    case Op::LessOrEqual:
      return time < test.until;
    case Op::Greater:
      return time >= test.until;
    case Op::GreaterOrEqual:
      return time >= test.from;
    default:
      return time >= test.from && time < test.until;
  }
}

bool matches_text(std::string_view text, const FilterTest& test) {
  return test.op == Op::Contains ? contains(text, test.folded) : equal(text, test.folded);
}

bool matches_state(const RunFacts& facts, const FilterTest& test) {
  const record::EffectiveStatus& status = *facts.status;
  if (test.folded == "died") return status.died;
  if (test.folded == "silent") return status.silent;
  if (test.folded == "active") return record::is_active(status.state) && !status.died;
  if (test.folded == "ended") return record::is_ended(status.state);
  return record::to_string(status.state) == test.folded;
}

bool matches_folder(std::string_view folder, const FilterTest& test) {
  const std::string folded = fold(folder);
  if (folded == test.folded) return true;
  return test.op == Op::Contains && !test.folded.empty() && folded.size() > test.folded.size() &&
         folded.starts_with(test.folded) && folded[test.folded.size()] == '/';
}

const double* metric(const RunFacts& facts, std::string_view name) {
  for (const record::LastValue& last : facts.run->last_values) {
    if (last.name == name) return &last.value;
  }
  return nullptr;
}

// "knn/top1@teacher", or the name alone: of the teacher, or of whatever there is.
const double* evaluation(const RunFacts& facts, std::string_view name) {
  if (facts.evaluations == nullptr) return nullptr;
  const std::size_t at = name.rfind('@');
  const double* any = nullptr;
  for (const EvaluationValue& value : *facts.evaluations) {
    if (at != std::string_view::npos) {
      if (value.name == name.substr(0, at) && value.network == name.substr(at + 1)) return &value.value;
      continue;
    }
    if (value.name != name) continue;
    if (value.network == "teacher") return &value.value;
    if (value.network == "student") any = &value.value;
  }
  return any;
}

bool matches_value(const RunFacts& facts, const FilterTest& test) {
  if (facts.parameters != nullptr) {
    if (const Parameter* parameter = find(*facts.parameters, test.key)) {
      const bool numbers = !std::isnan(test.number) && !std::isnan(parameter->number);
      if (numbers) return compare(parameter->number, test.op, test.number);
      return (test.op == Op::Contains || test.op == Op::Equal) && matches_text(parameter->text, test);
    }
  }
  const double* value = metric(facts, test.key);
  if (value == nullptr) value = evaluation(facts, test.key);
  if (value == nullptr || std::isnan(*value) || std::isnan(test.number)) return false;
  return compare(*value, test.op, test.number);
}

bool has(const RunFacts& facts, const std::string& what) {
  if (what == "note" || what == "notes") return facts.notes > 0;
  if (what == "tag" || what == "tags") return !facts.run->tags.empty();
  if (what == "folder") return !facts.folder.empty();
  if (what == "parent") return facts.run->parent.has_value();
  if (facts.parameters != nullptr && find(*facts.parameters, what) != nullptr) return true;
  return metric(facts, what) != nullptr || evaluation(facts, what) != nullptr;
}

bool matches_test(const RunFacts& facts, const FilterTest& test) {
  const record::Run& run = *facts.run;
  switch (test.field) {
    case Field::Name:
      return matches_text(run.name.empty() ? run.id : run.name, test);
    case Field::Id:
      return matches_text(run.id, test);
    case Field::Parent:
      return run.parent && matches_text(run.parent->run, test);
    case Field::State:
      return matches_state(facts, test);
    case Field::Tag:
      return std::any_of(run.tags.begin(), run.tags.end(),
                         [&](const std::string& tag) { return equal(tag, test.folded); });
    case Field::Folder:
      return matches_folder(facts.folder, test);
    case Field::Created:
      return compare_time(run.created, test);
    case Field::Ended:
      return run.ended && compare_time(*run.ended, test);
    case Field::Step:
      return compare(static_cast<double>(run.step), test.op, test.number);
    case Field::Progress:
      return run.planned_steps > 0 &&
             compare(100.0 * static_cast<double>(run.step) / static_cast<double>(run.planned_steps), test.op,
                     test.number);
    case Field::Has:
      return has(facts, test.text);
    case Field::Value:
      return matches_value(facts, test);
  }
  return false;
}

// Depth is bounded by the parser.
bool matches_node(const RunFacts& facts, const Filter::Node& node) {
  const auto fits = [&](const Filter::Node& child) { return matches_node(facts, child); };
  switch (node.kind) {
    case Filter::Node::Kind::All:
      return std::all_of(node.children.begin(), node.children.end(), fits);
    case Filter::Node::Kind::Any:
      return std::any_of(node.children.begin(), node.children.end(), fits);
    case Filter::Node::Kind::Not:
      return !fits(node.children.front());
    case Filter::Node::Kind::Test:
      return matches_test(facts, node.test);
  }
  return false;
}

// In quotes where the bare text would read as something else.
std::string quoted(const std::string& text, bool stands_alone) {
  bool bare = !text.empty();
  for (const char c : text) {
    if (std::string_view(" \t\r\n\f\v()\"\\").find(c) != std::string_view::npos) bare = false;
    if (stands_alone && std::string_view(":=<>!").find(c) != std::string_view::npos) bare = false;
  }
  const std::string folded = fold(text);
  if (stands_alone && (text.starts_with('-') || folded == "and" || folded == "or" || folded == "not"))
    bare = false;
  if (bare) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string node_text(const Filter::Node& node) {
  using Kind = Filter::Node::Kind;
  if (node.kind == Kind::Test) {
    const FilterTest& test = node.test;
    if (test.key.empty()) return quoted(test.text, true);
    return base::str(test.key, to_string(test.op), quoted(test.text, false));
  }
  if (node.kind == Kind::Not) {
    const Filter::Node& child = node.children.front();
    if (child.kind == Kind::Test && child.test.op == Op::Equal)
      return base::str(child.test.key, "!=", quoted(child.test.text, false));
    return child.kind == Kind::All || child.kind == Kind::Any ? "-(" + node_text(child) + ")"
                                                              : "-" + node_text(child);
  }
  std::string text;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Filter::Node& child = node.children[i];
    if (i > 0) text += node.kind == Kind::Any ? " or " : " ";
    // "and" binds closer than "or".
    const bool group = child.kind == Kind::Any || (child.kind == Kind::All && node.kind == Kind::All);
    text += group ? "(" + node_text(child) + ")" : node_text(child);
  }
  return text;
}

}  // namespace

std::string_view to_string(FilterOperator op) {
  switch (op) {
    case Op::Contains:
      return ":";
    case Op::Equal:
      return "=";
    case Op::Less:
      return "<";
    case Op::LessOrEqual:
      return "<=";
    case Op::Greater:
      return ">";
    case Op::GreaterOrEqual:
      return ">=";
  }
  return "";
}

std::string fold(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

bool Filter::matches(const RunFacts& run) const {
  return root_ == nullptr || matches_node(run, *root_);
}

std::string Filter::to_text() const {
  return root_ == nullptr ? std::string() : node_text(*root_);
}

void FilterNames::add(const RunFacts& run) {
  const auto put = [&](const std::string& name) { names_.insert(name); };
  if (run.parameters != nullptr) {
    for (const Parameter& parameter : *run.parameters) put(parameter.key);
  }
  for (const record::LastValue& last : run.run->last_values) put(last.name);
  if (run.evaluations == nullptr) return;
  for (const EvaluationValue& value : *run.evaluations) {
    put(value.name);
    put(value.full_name());
  }
}

}  // namespace ibot::runs
