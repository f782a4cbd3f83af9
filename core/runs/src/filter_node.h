// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/runs/filter.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::runs {

enum class FilterField : std::uint8_t {
  Name = 1,
  Id,
  Parent,
  State,
  Tag,
  Folder,
  Created,
  Ended,
  Step,
  Progress,
  Has,
  Value,  ///< a parameter, metric or evaluation by its name
};

enum class FilterOperator : std::uint8_t { Contains = 1, Equal, Less, LessOrEqual, Greater, GreaterOrEqual };

std::string_view to_string(FilterOperator op);

/// One comparison.
struct FilterTest {
  FilterField field = FilterField::Name;
  std::string key;  ///< as written in front of the operator, completed; empty: a word that stands alone
  FilterOperator op = FilterOperator::Contains;
  std::string text;                  ///< as written behind it
  std::string folded;                ///< in lower case
  double number = 0;                 ///< NaN: the text is no number
  std::int64_t from = 0, until = 0;  ///< of times: the day or minute that is meant, [from, until)
};

/// Bounded in depth by the parser, so that it may be walked recursively.
struct Filter::Node {
  enum class Kind : std::uint8_t { All = 1, Any, Not, Test };
  Kind kind = Kind::Test;
  std::vector<Node> children;  ///< of Not: one
  FilterTest test;
};

/// ASCII letters in lower case; other bytes stay.
std::string fold(std::string_view text);

}  // namespace ibot::runs
