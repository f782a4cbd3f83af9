// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/params/node.h>

#include <string>
#include <string_view>

// Changes to the text of a configuration that leave everything else as it was, comments and layout too: what
// a form does to a file that a person wrote.
//
// Keys are full keys as in overrides: "optimizer.lr", "losses.ibot_patch.weight" (elements of a list by their
// plugin or position). Each result is read again and compared with what was meant; a text whose layout cannot
// be kept (rare: multi-line plain scalars and the like) is written anew as write_yaml does, with the same
// content and without its comments.
//
// Errors: InvalidArgument where the text cannot be read, or the key lies inside a single value.
namespace ibot::params {

/// Writes a value, a group or a list. A key that the text does not have is added at the end of its group,
/// with the groups that are missing. NotFound: an element of a list that is not there.
IBOT_API base::Result<std::string> set_yaml(std::string_view text, std::string_view key, const Node& value);

/// Takes out a key, a group or an element of a list, so that the layers below show through. A text that does
/// not have it is returned as it is.
IBOT_API base::Result<std::string> remove_yaml(std::string_view text, std::string_view key);

/// Adds an element at the end of a list that the text has. NotFound: it has none.
IBOT_API base::Result<std::string> append_yaml(std::string_view text, std::string_view list,
                                               const Node& item);

}  // namespace ibot::params
