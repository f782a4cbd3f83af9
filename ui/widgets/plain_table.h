// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;
class QTableView;

namespace ibot::ui {

/// Dresses a table as all tables of the window are: whole rows are selected, there is no grid and no numbers
/// before the rows, each row is one line of metrics::kRow, and Tab leaves the table. `name` is its object
/// name, `title` what a screen reader calls it.
void dress_plain_table(QTableView& table, const char* name, const QString& title);

}  // namespace ibot::ui
