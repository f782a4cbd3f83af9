// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/error.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::params {

enum class Severity : std::uint8_t { Error = 1, Warning };

/// Where a value was written.
struct IBOT_API Origin {
  enum class Kind : std::uint8_t { Default = 1, File, Override };
  Kind kind = Kind::Default;
  std::string source;  ///< the file's path as it was given, or the override's text ("optimizer.lr=1e-3")
  int line = 0;        ///< counted from 1, as editors do; 0: unknown. Files alone have lines.
  int column = 0;      ///< in characters, counted from 1

  bool operator==(const Origin&) const = default;
};

/// "default", "recipes/small.yaml:12" or "--set optimizer.lr=1e-3".
IBOT_API std::string to_text(const Origin& origin);

/// One thing to say about a configuration. The command line prints it, the window shows it beside the line.
struct IBOT_API Diagnostic {
  Severity severity = Severity::Error;
  Origin where;
  std::string key;       ///< "optimizer.lr", "losses[1].weight"; empty: the whole file
  std::string message;   ///< what is wrong, with the value seen
  std::string expected;  ///< what is allowed; may be empty
  std::string hint;      ///< what to do, the nearest known name; may be empty
  /// A value for `key` that would settle it, as YAML writes it; empty: no single one does.
  std::string proposal = {};
  std::string why = {};     ///< the reason, as a sentence; may be empty
  std::string source = {};  ///< who says so: "main_ibot.py --clip_grad"; may be empty

  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

IBOT_API bool has_errors(const Diagnostics& diagnostics);

/// Orders by line within each file; files keep the order in which they first appear. Stable.
IBOT_API void sort_by_position(Diagnostics& diagnostics);

/// "small.yaml:12:3: error: optimizer.lrr: unknown key (expected: lr or min_lr). Did you mean "lr"?", in one
/// line; why and source follow where there are any.
IBOT_API std::string to_text(const Diagnostic& diagnostic);
/// One line each, at most 50 of them and then how many more there are; each line ends with a newline.
IBOT_API std::string to_text(const Diagnostics& diagnostics);
/// An array of objects with the fields of Diagnostic; where is {kind, source, line, column}.
IBOT_API nlohmann::json to_json(const Diagnostics& diagnostics);
IBOT_API nlohmann::json to_json(const Origin& origin);

/// All errors as one InvalidArgument. Precondition: has_errors().
IBOT_API base::Error to_error(const Diagnostics& diagnostics);

}  // namespace ibot::params
