// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/runs/parameters.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ibot::runs {

/// Names that a filter may use beside its own: keys of parameters, metrics, evaluations.
class IBOT_API FilterNames {
 public:
  /// Adds all that a run has.
  void add(const RunFacts& run);
  const std::set<std::string, std::less<>>& all() const { return names_; }

 private:
  std::set<std::string, std::less<>> names_;
};

/// Why a text is no filter. `position` and `length` are bytes of the text: what to underline.
struct FilterMistake {
  std::size_t position = 0;
  std::size_t length = 0;
  std::string text;  ///< one or two sentences: what was found, what was expected, what could be meant
};

struct ParsedFilter;

/// A condition on runs, written in the language of README.md. Immutable; any number of threads may use it.
///
///   const ParsedFilter parsed = parse_filter("state:running knn/top1>45 -tag:bad", &names);
///   if (parsed.mistake) say(parsed.mistake->text);
///   else if (parsed.filter.matches(facts)) show(run);
class IBOT_API Filter {
 public:
  /// Fits every run.
  Filter() = default;

  bool matches(const RunFacts& run) const;
  bool empty() const { return root_ == nullptr; }
  /// The same condition in full: names completed, groups in parentheses. Parses to an equal filter.
  std::string to_text() const;

  struct Node;

 private:
  friend ParsedFilter parse_filter(std::string_view text, const FilterNames* names);
  std::shared_ptr<const Node> root_;
};

/// A filter, or the first mistake; then the filter fits every run.
struct ParsedFilter {
  Filter filter;
  std::optional<FilterMistake> mistake;
};

/// Untrusted input of any length. With `names` a name that no run has is a mistake (with the nearest one),
/// and the end of a name will do where it is unambiguous ("lr"); without, every name is taken as it stands.
IBOT_API ParsedFilter parse_filter(std::string_view text, const FilterNames* names = nullptr);

}  // namespace ibot::runs
