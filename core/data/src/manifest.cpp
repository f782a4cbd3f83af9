// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv.h"
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/data/manifest.h>

#include <algorithm>
#include <optional>

namespace ibot::data {
namespace {

const std::vector<std::string> kColumns = {"path", "label", "split"};

// Where the known columns stand in a record.
struct Columns {
  std::optional<std::size_t> path, label, split;
  std::size_t count = 0;

  std::optional<std::size_t>* of(std::string_view name) {
    if (name == "path") return &path;
    if (name == "label") return &label;
    if (name == "split") return &split;
    return nullptr;
  }
};

base::Error header_error(std::string_view file, std::string message, std::string hint = "") {
  return {base::ErrorCode::Corrupt, base::str(file, ": ", message),
          "a first line that names the columns: path,label,split", std::move(hint)};
}

base::Result<Columns> read_header(const CsvReader::Record& header, std::string_view file,
                                  std::vector<std::string>& ignored) {
  if (!header.problem.empty())
    return header_error(file, base::str("line ", header.line, ": ", header.problem));
  Columns columns;
  columns.count = header.fields.size();
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const std::string name(base::trim(header.fields[i]));
    std::optional<std::size_t>* column = columns.of(name);
    if (column == nullptr) {
      ignored.push_back(name);
    } else if (column->has_value()) {
      return header_error(file, base::str("the column ", name, " is there twice"));
    } else {
      *column = i;
    }
  }
  if (!columns.path) {
    std::string hint;
    for (const std::string& name : ignored) {
      if (const auto near = base::nearest_name(name, kColumns)) {
        hint = base::str(base::quote_untrusted(name), ": did you mean ", *near, "?");
        break;
      }
    }
    return header_error(file, base::str("line ", header.line, " does not name a column path"), hint);
  }
  return columns;
}

}  // namespace

void LineProblems::add(std::int64_t line, std::string problem) {
  if (++count_ <= static_cast<std::int64_t>(kNamed))
    named_.push_back(base::str("line ", line, ": ", problem));
}

base::Error LineProblems::error(std::string_view file_name) const {
  std::string message = base::str(file_name, " has ", counted(count_, "bad row", "bad rows"));
  for (const std::string& problem : named_) message += "\n  " + problem;
  const auto left = count_ - static_cast<std::int64_t>(named_.size());
  if (left > 0) message += base::str("\n  and ", base::format_count(left), " more");
  return {base::ErrorCode::Corrupt, std::move(message), "", "Correct or delete these rows"};
}

base::Result<Manifest> parse_manifest(std::string_view text, std::string_view name) {
  CsvReader reader(text);
  CsvReader::Record record;
  if (!reader.next(record)) return header_error(name, "the file is empty");
  Manifest manifest;
  IBOT_TRY(const Columns columns, read_header(record, name, manifest.ignored_columns));

  LineProblems problems;
  while (reader.next(record)) {
    if (!record.problem.empty()) {
      problems.add(record.line, record.problem);
    } else if (record.fields.size() != columns.count) {
      problems.add(record.line,
                   base::str(counted(static_cast<std::int64_t>(record.fields.size()), "field", "fields"),
                             " where the first line names ", columns.count));
    } else if (record.fields[*columns.path].empty()) {
      problems.add(record.line, "the path is empty");
    } else {
      manifest.rows.push_back({std::move(record.fields[*columns.path]),
                               columns.label ? std::move(record.fields[*columns.label]) : "",
                               columns.split ? std::move(record.fields[*columns.split]) : "", record.line});
    }
  }
  if (!problems.empty()) return problems.error(name);
  return manifest;
}

}  // namespace ibot::data
