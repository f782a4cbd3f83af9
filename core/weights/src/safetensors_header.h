// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/weights/tensor_file.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::weights {

/// What a safetensors header says about one tensor, as read: nothing of it is compared with the file yet.
struct HeaderEntry {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;  ///< none negative
  std::uint64_t begin =
      0;  ///< offsets of the first byte and of the byte after the last, from the data's start
  std::uint64_t end = 0;
};

struct Header {
  std::vector<HeaderEntry> entries;
  std::map<std::string, std::string> metadata;
};

/// Reads {"name": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ..., "__metadata__": {"k":
/// "text"}}.
///
/// Strict: names occur once, every tensor has exactly the three fields, sizes and offsets are non-negative
/// integers, at most 16 dimensions, and nothing is nested deeper than the format needs. Works in one pass
/// without building a document, so that memory stays proportional to what is accepted.
base::Result<Header> parse_header(std::string_view json);

}  // namespace ibot::weights
