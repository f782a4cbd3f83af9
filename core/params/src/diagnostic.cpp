// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/diagnostic.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace ibot::params {
namespace {

// A file with thousands of mistakes should not scroll the first ones away.
constexpr std::size_t kMostLines = 50;

std::string_view to_string(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

std::string_view to_string(Origin::Kind kind) {
  switch (kind) {
    case Origin::Kind::Default:
      return "default";
    case Origin::Kind::File:
      return "file";
    case Origin::Kind::Override:
      return "override";
  }
  return "unknown";
}

// "message (expected: ...). hint", as base::Error says it.
std::string body(const Diagnostic& diagnostic) {
  std::string text =
      base::Error{base::ErrorCode::InvalidArgument, diagnostic.message, diagnostic.expected, diagnostic.hint}
          .to_text();
  if (!diagnostic.why.empty()) text += ". " + diagnostic.why;
  if (!diagnostic.source.empty()) text += " (" + diagnostic.source + ")";
  return text;
}

}  // namespace

std::string to_text(const Origin& origin) {
  switch (origin.kind) {
    case Origin::Kind::Default:
      return "default";
    case Origin::Kind::Override:
      return "--set " + origin.source;
    case Origin::Kind::File:
      break;
  }
  return origin.line > 0 ? base::str(origin.source, ":", origin.line) : origin.source;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Error; });
}

void sort_by_position(Diagnostics& diagnostics) {
  std::vector<std::string> sources;
  const auto rank = [&sources](const std::string& source) {
    return std::find(sources.begin(), sources.end(), source) - sources.begin();
  };
  for (const Diagnostic& diagnostic : diagnostics) {
    if (rank(diagnostic.where.source) == static_cast<std::ptrdiff_t>(sources.size())) {
      sources.push_back(diagnostic.where.source);
    }
  }
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(rank(a.where.source), a.where.line, a.where.column) <
           std::tuple(rank(b.where.source), b.where.line, b.where.column);
  });
}

std::string to_text(const Diagnostic& diagnostic) {
  std::string text;
  if (diagnostic.where.kind != Origin::Kind::Default) {
    text += to_text(diagnostic.where);
    if (diagnostic.where.column > 0) text += base::str(":", diagnostic.where.column);
    text += ": ";
  }
  text += base::str(to_string(diagnostic.severity), ": ");
  if (!diagnostic.key.empty()) text += diagnostic.key + ": ";
  return text + body(diagnostic);
}

std::string to_text(const Diagnostics& diagnostics) {
  std::string text;
  const std::size_t shown = std::min(diagnostics.size(), kMostLines);
  for (std::size_t i = 0; i < shown; ++i) text += to_text(diagnostics[i]) + "\n";
  if (shown < diagnostics.size()) text += base::str("... and ", diagnostics.size() - shown, " more\n");
  return text;
}

nlohmann::json to_json(const Origin& origin) {
  nlohmann::json json = {{"kind", to_string(origin.kind)}};
  if (origin.kind != Origin::Kind::Default) json["source"] = origin.source;
  if (origin.line > 0) json["line"] = origin.line;
  if (origin.column > 0) json["column"] = origin.column;
  return json;
}

nlohmann::json to_json(const Diagnostics& diagnostics) {
  nlohmann::json list = nlohmann::json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    list.push_back({{"severity", to_string(diagnostic.severity)},
                    {"where", to_json(diagnostic.where)},
                    {"key", diagnostic.key},
                    {"message", diagnostic.message},
                    {"expected", diagnostic.expected},
                    {"hint", diagnostic.hint},
                    {"proposal", diagnostic.proposal},
                    {"why", diagnostic.why},
                    {"source", diagnostic.source}});
  }
  return list;
}

base::Error to_error(const Diagnostics& diagnostics) {
  Diagnostics errors;
  std::copy_if(diagnostics.begin(), diagnostics.end(), std::back_inserter(errors),
               [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Error; });
  std::string text = to_text(errors);
  if (!text.empty()) text.pop_back();
  return {base::ErrorCode::InvalidArgument, text, "", ""};
}

}  // namespace ibot::params
