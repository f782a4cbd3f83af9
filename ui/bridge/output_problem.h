// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace ibot::ui {

/// Why nothing may be written to a file or folder that somebody chose, in words; empty: it may. The same rule
/// as for `--out` of `ibot` (record::check_output_path): not over the record or the runs of a workspace, nor
/// over a database. Looks at the disk for a moment; any thread.
QString output_problem(const QString& path);

}  // namespace ibot::ui
