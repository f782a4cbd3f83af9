// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/table.h>

#include <cstdint>
#include <functional>
#include <optional>

class QToolButton;

namespace ibot::ui {

enum class CopyFormat : std::uint8_t { Latex = 1, Markdown, Csv };

/// Gives a button a menu that copies a table as LaTeX (booktabs), Markdown or CSV: the text that the program
/// `ibot compare --format` writes. `table` is asked when an entry is chosen; where it has none, nothing is
/// copied.
void offer_copies(QToolButton* button, std::function<std::optional<compare::Table>(CopyFormat)> table);

}  // namespace ibot::ui
