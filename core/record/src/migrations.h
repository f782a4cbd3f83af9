// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace ibot::record {

/// Statements that lead from one schema version to the next. Numbered by position: the first makes version 1
/// out of an empty database. Never edit one that was released; append. README.md explains the tables.
std::span<const char* const> migrations();

}  // namespace ibot::record
