// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

#include <string>
#include <vector>

namespace ibot::plan {

/// One line of what will happen.
struct IBOT_API ExplainedLine {
  std::string title;    ///< "Crops"
  std::string text;     ///< "2 of 96 px covering 0.25 to 1 of a picture"
  std::string key;      ///< where it is written: a section or key of the configuration; may be empty
  bool detail = false;  ///< a receipt of ten lines leaves it out

  bool operator==(const ExplainedLine&) const = default;
};

/// The lines of explain(), for whoever lays them out himself.
IBOT_API std::vector<ExplainedLine> explain_lines(const Plan& plan);

/// What will happen, in ten to twenty lines for a person: `ibot plan`.
IBOT_API std::string explain(const Plan& plan);

}  // namespace ibot::plan
