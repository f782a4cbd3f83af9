// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::data {

/// One picture of a data set. `path` and `split` live as long as the data set.
struct Sample {
  std::uint64_t id = 0;         ///< stable: a hash of `path`, so that it survives moving the data set
  std::string_view path;        ///< relative to the data set, '/' between parts; bytes, not necessarily UTF-8
  std::string_view split;       ///< empty where unknown
  std::int64_t label = -1;      ///< index into the class names, -1 where unknown
  std::uint64_t file_size = 0;  ///< bytes, when the data set was listed
};

/// 64-bit FNV-1a of the path, finalised by SplitMix64. Part of the record's format: every draw is keyed by
/// it.
IBOT_API std::uint64_t sample_id(std::string_view path);

/// A table of pictures, compact: one million of them take about 80 MB.
class IBOT_API Listing {
 public:
  void reserve(std::size_t pictures, std::size_t path_bytes);
  /// `split` is an index into `splits`.
  void add(std::string_view path, std::uint64_t file_size, std::int32_t label, std::uint32_t split = 0);

  std::int64_t size() const { return static_cast<std::int64_t>(rows_.size()); }
  /// Precondition: 0 <= index < size().
  Sample sample(std::int64_t index) const;

  std::vector<std::string> classes;  ///< names in the order of labels
  std::vector<std::string> splits = {""};

 private:
  struct Row {
    std::uint64_t id, file_size, path_begin;
    std::uint32_t path_length;
    std::int32_t label;
    std::uint32_t split;
  };
  std::string paths_;
  std::vector<Row> rows_;
};

}  // namespace ibot::data
