// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::plan {

/// What a rule has to say, as in params::Diagnostic; `proposal` is a value for the first key.
struct Advice {
  std::string message;
  std::string expected = {};
  std::string hint = {};
  std::string proposal = {};
  std::string why = {};
  std::string source = {};
};

/// What the rules read and where they report. A rule that involves a value which is missing or was refused
/// already says nothing: its default would only lead to a second message about the same mistake.
class Review {
 public:
  Review(const PlanValues& values, const std::vector<ResolvedSection>& sections,
         params::Diagnostics& diagnostics);

  bool has(std::string_view key) const { return values_.find(key) != values_.end(); }
  /// For keys of plugins, which may be absent or of any type.
  std::optional<double> find_number(std::string_view key) const;
  const std::vector<double>* find_reals(std::string_view key) const;
  /// For keys of fixed sections; number() takes integers and reals.
  double number(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  bool flag(std::string_view key) const;
  const std::vector<double>& reals(std::string_view key) const;
  /// Whether anybody chose the value.
  bool is_written(std::string_view key) const;
  /// Whether a value or element whose key begins with this was refused.
  bool is_refused(std::string_view prefix) const;
  /// A section that is no list; nullptr if its plugin was refused.
  const ResolvedSection* section(std::string_view name) const;
  /// Paths of the terms of a list section.
  std::vector<std::string> paths_of(std::string_view section) const;

  /// The first key is the one to change; the place is that of the first one which somebody wrote.
  void error(const std::vector<std::string>& keys, std::string message, std::string expected = "",
             std::string hint = "");
  void warning(const std::vector<std::string>& keys, Advice advice);

 private:
  void report(params::Severity severity, const std::vector<std::string>& keys, Advice advice);

  const PlanValues& values_;
  const std::vector<ResolvedSection>& sections_;
  params::Diagnostics& diagnostics_;
  std::vector<std::string> refused_;
};

/// What cannot work: errors (rules.cpp).
void check_rules(Review& review, const Derived& derived, const PlanRequest& request);
/// What has not worked for others: warnings, from the published code's help and its maintainers (advice.cpp).
void give_advice(Review& review, const Derived& derived, const PlanRequest& request);

}  // namespace ibot::plan
