// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/printable.h>
#include <ibot/base/text.h>
#include <ibot/compare/table.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ibot::compare {
namespace {

constexpr std::string_view kCheckMark = "\u2713";

std::string marked(const Cell& cell) {
  if (!cell.mark) return cell.text;
  return std::string(kCheckMark) + (cell.text.empty() ? "" : " " + cell.text);
}

// A name that holds a line feed would end the row.
std::string on_one_line(std::string_view text) {
  return base::escape_control_characters(text);
}

// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::size_t missing = width - std::min(width, width_of(text));
  if (align == Align::Left) return text + std::string(missing, ' ');
  if (align == Align::Right) return std::string(missing, ' ') + text;
  return std::string(missing / 2, ' ') + text + std::string(missing - missing / 2, ' ');
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (;;) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

std::string latex_text(std::string_view text) {
  std::string out;
  for (const char c : on_one_line(text)) {
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  out = replaced(out, "\u00b1", "$\\pm$");
  out = replaced(out, "\u2713", "\\checkmark{}");
  out = replaced(out, "\u2212", "$-$");
  out = replaced(out, "\u2191", "$\\uparrow$");
  return replaced(out, "\u2193", "$\\downarrow$");
}

std::string latex_cell(const Cell& cell) {
  const std::string text = latex_text(marked(cell));
  return cell.strong ? "\\textbf{" + text + "}" : text;
}

std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : on_one_line(text)) {
    if (c == '|' || c == '*' || c == '_' || c == '`' || c == '\\' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string csv_text(const std::string& text) {
  // A record is untrusted, and spreadsheets run what begins like this.
  std::string safe = text;
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos &&
      !base::parse_double(safe))
    safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  return "\"" + replaced(safe, "\"", "\"\"") + "\"";
}

template <class Make>
std::string joined(std::size_t count, std::string_view between, Make&& make) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += between;
    out += make(i);
  }
  return out;
}

const char* html_align(Align align) {
  return align == Align::Right ? "right" : align == Align::Centre ? "centre" : "left";
}

}  // namespace

std::string to_text(const Table& table) {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
  for (const Column& column : table.columns) titles.push_back(on_one_line(column.title));
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const Cell& cell : row) rows.back().push_back(on_one_line(marked(cell)));
  }
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < titles.size(); ++c) {
    std::size_t width = width_of(titles[c]);
    for (const auto& row : rows) width = std::max(width, width_of(row[c]));
    widths.push_back(width);
  }
  const auto line = [&](const auto& text_of) {
    std::string out = joined(widths.size(), "  ", [&](std::size_t c) {
      return padded(text_of(c), widths[c], table.columns[c].align);
    });
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  };
  std::string out = table.title.empty() ? "" : on_one_line(table.title) + "\n";
  out += line([&](std::size_t c) { return titles[c]; });
  out += line([&](std::size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : rows) out += line([&](std::size_t c) { return row[c]; });
  for (const std::string& sentence : table.caption) out += on_one_line(sentence) + "\n";
  return out;
}

std::string to_markdown(const Table& table) {
  std::string out = table.title.empty() ? "" : "**" + markdown_text(table.title) + "**\n\n";
  const std::size_t count = table.columns.size();
  out += "| " + joined(count, " | ", [&](std::size_t c) { return markdown_text(table.columns[c].title); }) +
         " |\n";
  out +=
      "|" +
      joined(count, "|",
             [&](std::size_t c) {
               const Align align = table.columns[c].align;
               return std::string(align == Align::Right ? "---:" : align == Align::Centre ? ":---:" : "---");
             }) +
      "|\n";
  for (const auto& row : table.rows) {
    out += "| " +
           joined(count, " | ",
                  [&](std::size_t c) {
                    const std::string text = markdown_text(marked(row[c]));
                    return row[c].strong ? "**" + text + "**" : text;
                  }) +
           " |\n";
  }
  if (!table.caption.empty()) out += "\n";
  for (const std::string& sentence : table.caption) out += markdown_text(sentence) + "\n";
  return out;
}

std::string to_latex(const Table& table) {
  const std::size_t count = table.columns.size();
  std::string out =
      "% needs \\usepackage{booktabs,graphicx} and, for check marks, \\usepackage{amssymb}\n\\begin{table}\n"
      "\\centering\n\\setlength{\\tabcolsep}{4pt}\n"
      "% only where it is wider than the line it is made smaller\n"
      "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n\\begin{tabular}{@{}";
  for (const Column& column : table.columns)
    out += column.align == Align::Right ? 'r' : column.align == Align::Centre ? 'c' : 'l';
  out += "@{}}\n\\toprule\n";
  out += joined(count, " & ", [&](std::size_t c) { return latex_text(table.columns[c].title); }) +
         " \\\\\n\\midrule\n";
  for (const auto& row : table.rows)
    out += joined(count, " & ", [&](std::size_t c) { return latex_cell(row[c]); }) + " \\\\\n";
  out += "\\bottomrule\n\\end{tabular}}\n\\caption{" + latex_text(table.title);
  for (const std::string& sentence : table.caption)
    out += (out.ends_with('{') ? "" : " ") + latex_text(sentence);
  return out + "}\n\\end{table}\n";
}

std::string to_csv(const Table& table) {
  const std::size_t count = table.columns.size();
  std::string out =
      joined(count, ",", [&](std::size_t c) { return csv_text(table.columns[c].title); }) + "\n";
  for (const auto& row : table.rows)
    out += joined(count, ",", [&](std::size_t c) { return csv_text(marked(row[c])); }) + "\n";
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string to_html(const Table& table) {
  std::string out = "<table>\n";
  if (!table.title.empty()) out += "<caption>" + escape_html(table.title) + "</caption>\n";
  const auto row_of = [&](const char* tag, const auto& text_of) {
    std::string row = "<tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      row += std::string("<") + tag + " class=\"" + html_align(table.columns[c].align) + "\">" + text_of(c) +
             "</" + tag + ">";
    }
    return row + "</tr>\n";
  };
  out += "<thead>" + row_of("th", [&](std::size_t c) { return escape_html(table.columns[c].title); }) +
         "</thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out += row_of("td", [&](std::size_t c) {
      const std::string text = escape_html(marked(row[c]));
      return row[c].strong ? "<b>" + text + "</b>" : text;
    });
  }
  out += "</tbody>\n</table>\n";
  for (const std::string& sentence : table.caption)
    out += "<p class=\"caption\">" + escape_html(sentence) + "</p>\n";
  return out;
}

nlohmann::json to_json(const Table& table) {
  nlohmann::json columns = nlohmann::json::array(), rows = nlohmann::json::array();
  for (const Column& column : table.columns) columns.push_back(column.title);
  for (const auto& row : table.rows) {
    nlohmann::json cells = nlohmann::json::array();
    for (const Cell& cell : row) cells.push_back(marked(cell));
    rows.push_back(std::move(cells));
  }
  return {{"title", table.title}, {"columns", columns}, {"rows", rows}, {"caption", table.caption}};
}

}  // namespace ibot::compare
