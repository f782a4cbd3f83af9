// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

enum class Align : std::uint8_t { Left = 1, Right, Centre };

/// What stands in one place of a table. Plain text; what each format needs is made from it.
struct Cell {
  std::string text;
  bool strong = false;     ///< only where a test says that it is better
  bool mark = false;       ///< a check mark stands before the text
  std::string whole = {};  ///< what the text leaves out too, for a tooltip; empty: nothing is left out
};

struct Column {
  std::string title;
  Align align = Align::Left;
};

struct IBOT_API Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> caption;  ///< sentences
};

/// For a terminal: columns of their width, the caption below. Control characters in names are escaped, in
/// Markdown and LaTeX too, so that each row is one line.
IBOT_API std::string to_text(const Table& table);
/// GitHub's tables.
IBOT_API std::string to_markdown(const Table& table);
/// A `table` of the package booktabs, no wider than the line it stands in by that of graphicx, and amssymb
/// where there are check marks; every text is escaped.
IBOT_API std::string to_latex(const Table& table);
/// RFC 4180, with a header; texts that a spreadsheet would take for a formula are quoted with an apostrophe.
IBOT_API std::string to_csv(const Table& table);
/// A `table` element; every text is escaped.
IBOT_API std::string to_html(const Table& table);
/// {title, columns, rows of texts, caption}.
IBOT_API nlohmann::json to_json(const Table& table);

/// With &, <, > and quotes as entities.
IBOT_API std::string escape_html(std::string_view text);

}  // namespace ibot::compare
