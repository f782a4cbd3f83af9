// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv.h"

#include <ibot/base/text.h>

namespace ibot::data {

CsvReader::CsvReader(std::string_view text) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

bool CsvReader::pass_line_end() {
  if (at_end()) return false;
  if (text_.substr(position_).starts_with("\r\n")) {
    position_ += 2;
  } else if (text_[position_] == '\n') {
    position_ += 1;
  } else {
    return false;
  }
  ++line_;
  return true;
}

void CsvReader::pass_rest_of_line() {
  const std::size_t end = text_.find('\n', position_);
  if (end == text_.npos) {
    position_ = text_.size();
  } else {
    position_ = end + 1;
    ++line_;
  }
}

bool CsvReader::next(Record& record) {
  while (pass_line_end()) {
  }
  if (at_end()) return false;
  record.fields.clear();
  record.problem.clear();
  record.line = line_;
  while (true) {
    std::string field;
    if (!at_end() && text_[position_] == '"') {
      read_quoted(field, record.problem);
    } else {
      read_plain(field, record.problem);
    }
    if (record.problem.empty() && field.find('\0') != field.npos) record.problem = "a field holds a NUL byte";
    if (record.problem.empty() && field.size() > kLongestField) {
      record.problem = base::str("a field is longer than ", base::format_count(kLongestField), " bytes");
    }
    if (record.problem.empty() && record.fields.size() == kMostFields) {
      record.problem = base::str("there are more than ", kMostFields, " fields");
    }
    if (!record.problem.empty()) {
      pass_rest_of_line();
      return true;
    }
    record.fields.push_back(std::move(field));
    if (at_end() || pass_line_end()) return true;
    ++position_;  // the comma: nothing else ends a field without a problem
  }
}

void CsvReader::read_quoted(std::string& field, std::string& problem) {
  const std::size_t opened = position_++;
  const std::int64_t opened_line = line_;
  while (true) {
    const std::size_t quote = text_.find('"', position_);
    if (quote == text_.npos) {
      // Everything to the end of the file would be swallowed: the rest is read as lines again.
      problem = "a quote is opened and never closed";
      position_ = opened;
      line_ = opened_line;
      return;
    }
    const std::string_view part = text_.substr(position_, quote - position_);
    for (const char c : part) line_ += c == '\n' ? 1 : 0;
    field += part;
    position_ = quote + 1;
    if (at_end() || text_[position_] != '"') break;
    field += '"';
    ++position_;
  }
  const bool ends = at_end() || text_[position_] == ',' || text_[position_] == '\n' ||
                    text_.substr(position_).starts_with("\r\n");
  if (!ends) problem = "there is text after a closing quote";
}

void CsvReader::read_plain(std::string& field, std::string& problem) {
  const std::size_t end = std::min(text_.find_first_of(",\n", position_), text_.size());
  std::string_view part = text_.substr(position_, end - position_);
  const bool line_ended = end < text_.size() && text_[end] == '\n';
  if (line_ended && part.ends_with('\r')) part.remove_suffix(1);
  position_ += part.size();
  if (part.find('"') != part.npos) {
    problem = "a quote stands inside a field that does not begin with one";
  } else if (part.find('\r') != part.npos) {
    problem = "there is a carriage return without a line feed";
  }
  field = part;
}

}  // namespace ibot::data
