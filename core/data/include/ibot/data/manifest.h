// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::data {

/// A list of pictures as CSV (RFC 4180): a header line that names the columns `path`, and optionally `label`
/// and `split`, in any order; then one picture a line. Quotes, a byte order mark and both line ends are
/// understood.
///
///   path,label,split
///   dogs/1.jpg,dog,train
///   "cats, mostly/2.png",cat,val
struct IBOT_API Manifest {
  struct Row {
    std::string path;
    std::string label;      ///< empty: unknown
    std::string split;      ///< empty: unknown
    std::int64_t line = 0;  ///< of the file, from 1
  };
  std::vector<Row> rows;
  std::vector<std::string> ignored_columns;
};

/// `name` is the file's name, for messages. The text is untrusted. Every bad row is named with its line in
/// one error (the first twenty in full). Errors: Corrupt.
IBOT_API base::Result<Manifest> parse_manifest(std::string_view text, std::string_view name);

/// Collects what is wrong with single lines of a file and makes one error of it.
class IBOT_API LineProblems {
 public:
  void add(std::int64_t line, std::string problem);
  bool empty() const { return count_ == 0; }
  /// Precondition: !empty().
  base::Error error(std::string_view file_name) const;

 private:
  static constexpr std::size_t kNamed = 20;
  std::vector<std::string> named_;
  std::int64_t count_ = 0;
};

}  // namespace ibot::data
