// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/node.h>
#include <ibot/params/schema.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::params {

/// One section of a configuration, typed: a value for every key of its schema, and where each was written.
struct IBOT_API Section {
  Values values;
  std::map<std::string, Origin, std::less<>> origins;  ///< of every key; kind Default where nobody wrote it

  bool operator==(const Section&) const = default;
};

/// Strict conversion: no text is taken for a number, no number for a truth value; a whole number is taken
/// where a real is expected. Checks the definition's limits as well. nullopt and a diagnostic otherwise;
/// `path` names the key in it.
IBOT_API std::optional<Value> convert(const Node& node, const Definition& definition, std::string_view path,
                                      Diagnostics& diagnostics);

/// The inverse of convert, for defaults and for writing.
IBOT_API Node to_node(const Value& value, Origin origin = {});
/// A section's mapping, in the order of its schema; dotted keys become nested mappings.
IBOT_API Node to_node(const Values& values, const Schema& schema);

/// What reading a section needs to know of the rest of the configuration.
struct IBOT_API SectionContext {
  std::string path;                   ///< of the section, "optimizer" or "losses.ibot_cls"; may be empty
  std::vector<std::string> reserved;  ///< keys that the caller reads itself; proposed for typing mistakes too
  std::vector<std::string> elsewhere;  ///< full keys of other sections, to recognise a key in the wrong one
};

/// Reads a mapping by a schema; dotted keys of the schema are nested mappings of the file. Every mistake is a
/// diagnostic, and the key keeps its default.
IBOT_API Section read_section(const Node& mapping, const Schema& schema, const SectionContext& context,
                              Diagnostics& diagnostics);

/// "Unknown key" with the nearest known one, or with all of them where they are few.
IBOT_API Diagnostic unknown_key(const Origin& where, std::string_view path, std::string_view key,
                                const std::vector<std::string>& known);

/// "losses" and "weight" -> "losses.weight"; an empty path adds no dot.
IBOT_API std::string join_path(std::string_view path, std::string_view key);

}  // namespace ibot::params
