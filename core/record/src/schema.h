// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.h"

#include <cstdint>

namespace ibot::record {

/// "iBOT" in ASCII, at byte 68 of the file: tells our databases from those of other programs.
inline constexpr std::int64_t kApplicationId = 0x69424F54;

/// Width in steps of the levels of metric_coarse: each summarises 64 of the one below.
inline constexpr std::int64_t kCoarseWidths[] = {64, 64 * 64, 64 * 64 * 64};

/// The newest schema version that this program knows.
std::int64_t supported_schema_version();

enum class Access : std::uint8_t { Write = 1, Read };

/// Checks that the database is one of ours and not newer than this program; with Write creates the tables of
/// an empty one and migrates an older one. Nothing is changed in a database that is refused. The tables are
/// compared with what the migrations make, so that later statements meet no surprise.
base::Status prepare_schema(Database& database, Access access);

}  // namespace ibot::record
