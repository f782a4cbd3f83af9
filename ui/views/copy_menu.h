// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/table.h>

#include <cstdint>
#include <functional>

class QToolButton;

namespace ibot::ui {

enum class CopyFormat : std::uint8_t { Latex = 1, Markdown, Csv };

/// Makes a table, on a thread of the pool: it owns all that it looks at.
using TableMaker = std::function<compare::Table()>;

/// Gives a button a menu that copies a table as LaTeX (booktabs), Markdown or CSV: the text that the program
/// `ibot compare --format` writes. `choose` is asked on the window's thread when an entry is chosen, and says
/// how the table is made; an empty answer copies nothing. The table is made and written on a thread of the
/// pool; of copies that overlap the newest alone reaches the clipboard.
void offer_copies(QToolButton* button, std::function<TableMaker(CopyFormat)> choose);

}  // namespace ibot::ui
