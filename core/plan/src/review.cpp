// SPDX-License-Identifier: GPL-3.0-or-later
#include "review.h"

#include <algorithm>

namespace ibot::plan {

Review::Review(const PlanValues& values, const std::vector<ResolvedSection>& sections,
               params::Diagnostics& diagnostics)
    : values_(values), sections_(sections), diagnostics_(diagnostics) {
  for (const params::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == params::Severity::Error) refused_.push_back(diagnostic.key);
  }
}

std::optional<double> Review::find_number(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  if (const auto* integer = std::get_if<std::int64_t>(&found->second.value))
    return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&found->second.value)) return *real;
  return std::nullopt;
}

const std::vector<double>* Review::find_reals(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : std::get_if<std::vector<double>>(&found->second.value);
}

double Review::number(std::string_view key) const {
  return find_number(key).value();
}

const std::string& Review::text(std::string_view key) const {
  return std::get<std::string>(values_.find(key)->second.value);
}

bool Review::flag(std::string_view key) const {
  return std::get<bool>(values_.find(key)->second.value);
}

const std::vector<double>& Review::reals(std::string_view key) const {
  return std::get<std::vector<double>>(values_.find(key)->second.value);
}

bool Review::is_written(std::string_view key) const {
  return values_.find(key)->second.origin.kind != params::Origin::Kind::Default;
}

bool Review::is_refused(std::string_view prefix) const {
  return std::any_of(refused_.begin(), refused_.end(),
                     [prefix](const std::string& key) { return key.starts_with(prefix); });
}

const ResolvedSection* Review::section(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [name](const ResolvedSection& resolved) { return resolved.name == name; });
  return found == sections_.end() ? nullptr : &*found;
}

std::vector<std::string> Review::paths_of(std::string_view section) const {
  std::vector<std::string> paths;
  for (const ResolvedSection& resolved : sections_) {
    if (resolved.name == section) paths.push_back(resolved.path);
  }
  return paths;
}

void Review::error(const std::vector<std::string>& keys, std::string message, std::string expected,
                   std::string hint) {
  report(params::Severity::Error, keys,
         {.message = std::move(message), .expected = std::move(expected), .hint = std::move(hint)});
}

void Review::warning(const std::vector<std::string>& keys, Advice advice) {
  report(params::Severity::Warning, keys, std::move(advice));
}

void Review::report(params::Severity severity, const std::vector<std::string>& keys, Advice advice) {
  const auto was_refused = [this](const std::string& key) {
    return std::find(refused_.begin(), refused_.end(), key) != refused_.end();
  };
  if (std::any_of(keys.begin(), keys.end(), was_refused)) return;
  const auto written = std::find_if(keys.begin(), keys.end(),
                                    [this](const std::string& key) { return has(key) && is_written(key); });
  params::Origin where;
  if (written != keys.end()) where = values_.find(*written)->second.origin;
  diagnostics_.push_back({severity, std::move(where), keys.front(), std::move(advice.message),
                          std::move(advice.expected), std::move(advice.hint), std::move(advice.proposal),
                          std::move(advice.why), std::move(advice.source)});
}

}  // namespace ibot::plan
