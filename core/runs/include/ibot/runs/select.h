// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/reader.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::runs {

/// Those of `all` that fit a filter (README.md), in their order. The values of their plans are read only if
/// the filter says anything. Errors: InvalidArgument (a mistake in the filter, with its place), those of the
/// reader.
IBOT_API base::Result<std::vector<record::Run>> filter_runs(record::Reader& reader,
                                                            std::vector<record::Run> all,
                                                            std::string_view filter);

/// The runs that people mean by some words, each run once, in the order of the words, of one word the oldest
/// first. A word is an id or the beginning or end of one, a name, a tag, a folder, or a filter; the first of
/// these that fits any run counts. A name, tag, folder or filter may stand for many. Runs in the trash are
/// not meant. Errors: NotFound (no run fits a word, with the nearest name), InvalidArgument (a mistake in a
/// filter).
IBOT_API base::Result<std::vector<record::Run>> select_runs(record::Reader& reader,
                                                            std::span<const std::string> words);

}  // namespace ibot::runs
