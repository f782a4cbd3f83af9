// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plan/plan.h>

namespace ibot::plan {

struct Plan::State {
  std::vector<ResolvedSection> sections;  ///< in the order of a file
  PlanValues values;
  Derived derived;
  Hashes hashes;
  int ranks = 1;
  std::optional<DatasetFacts> dataset;
  std::vector<std::filesystem::path> files;
};

/// Hashes of sound values; the order of keys and of list elements counts for nothing.
Hashes hash_of(const std::vector<ResolvedSection>& sections, const PlanValues& values, int ranks);

}  // namespace ibot::plan
