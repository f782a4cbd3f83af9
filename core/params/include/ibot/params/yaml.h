// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/params/diagnostic.h>
#include <ibot/params/node.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ibot::params {

/// What a file may not exceed. Generous for a configuration that a person writes, and small enough that a
/// hostile file ends in one message.
inline constexpr std::size_t kMostYamlBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostYamlNodes = 20'000;
inline constexpr int kMostYamlLevels = 64;

/// Reads one YAML document. Untrusted input: never crashes, and every refusal is a diagnostic with its place.
///
/// Refused, each with its own message: text that is not UTF-8, control characters, tabs as indentation,
/// duplicate keys (yaml-cpp keeps the first silently), keys that are not texts, anchors, aliases, merge keys,
/// tags, a second document, more levels, nodes or bytes than the limits. An empty text is an empty mapping.
///
/// `where` gives kind and source of every node's origin. Returns nullopt if the text cannot be read as a
/// whole; with other mistakes (duplicate keys, aliases, tags, tabs that can be read as two spaces) the
/// readable rest is returned, so that its own mistakes are found in the same go.
IBOT_API std::optional<Node> read_yaml(std::string_view text, const Origin& where, Diagnostics& diagnostics);

/// The file's content; a failure to read it becomes a diagnostic.
IBOT_API std::optional<Node> read_yaml_file(const std::filesystem::path& path, Diagnostics& diagnostics);

/// Canonical YAML: block style, lists of scalars on one line, texts quoted where another reader could take
/// them for something else. read_yaml(write_yaml(node)) has the same content.
IBOT_API std::string write_yaml(const Node& node);

}  // namespace ibot::params
