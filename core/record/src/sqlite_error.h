// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/error.h>

#include <string_view>

struct sqlite3;

namespace ibot::record {

/// What SQLite last said on this connection, in words: `attempted` completes "cannot ...".
/// `connection` may be null (out of memory while opening).
base::Error sqlite_error(sqlite3* connection, int code, std::string_view attempted, std::string_view file);

}  // namespace ibot::record
