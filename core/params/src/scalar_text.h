// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/node.h>

#include <string>
#include <string_view>

namespace ibot::params {

/// Whether every YAML reader takes the bare text for a text: a word or an absolute path, no truth value, no
/// number.
bool is_plain_text(std::string_view text);

/// Whether a bare scalar could be a number, a truth value or a word, and can be written back as it is.
bool is_plain_scalar(std::string_view text);

/// With the escapes that YAML's double quotes need.
std::string escape(std::string_view text);

/// A scalar as it stands in a file: bare where it was bare, so that a number stays one.
std::string node_text(const Node& scalar);

}  // namespace ibot::params
