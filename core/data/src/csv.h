// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::data {

/// Reads comma-separated values (RFC 4180) record by record. LF and CRLF end a record; a quoted field may
/// hold commas, line ends and doubled quotes; blank lines are passed over; a byte order mark at the start is
/// dropped. After a malformed record, reading goes on with the next line.
class CsvReader {
 public:
  struct Record {
    std::vector<std::string> fields;
    std::int64_t line = 0;  ///< where it begins, from 1
    std::string problem;    ///< empty: well formed
  };

  explicit CsvReader(std::string_view text);
  /// False at the end of the text.
  bool next(Record& record);

  static constexpr std::size_t kLongestField = 65536;
  static constexpr std::size_t kMostFields = 64;

 private:
  bool at_end() const { return position_ >= text_.size(); }
  /// Passes a line end, if one is here.
  bool pass_line_end();
  void pass_rest_of_line();
  void read_quoted(std::string& field, std::string& problem);
  void read_plain(std::string& field, std::string& problem);

  std::string_view text_;
  std::size_t position_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace ibot::data
