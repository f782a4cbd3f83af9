// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/replicates.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// Gives groups names and levels: the parameters in which they differ, of which a name says the few that tell
/// it apart. No two are called alike.
void name_groups(std::span<const RunData> runs, std::vector<Replicates>& groups);

/// A level as names of groups say it: of a long one the beginning and the end.
std::string short_level(const std::string& text);

/// All levels, one a line, where the name of a group leaves any out; else empty.
std::string whole_name(const Replicates& group);

/// The name without what it says of parameters that it leaves out (" + 3 more").
std::string_view without_rest(std::string_view name);

}  // namespace ibot::compare
