// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "harness.h"

#include <optional>
#include <string>

namespace ibot::bench {

/// All that one run of a benchmark found, for a person and for a script.
struct Report {
  std::string bench;
  std::string unit;
  nlohmann::json settings;
  Rounds rounds;
  Comparison comparison;
  MemoryUse our_memory;
  std::optional<nlohmann::json> reference;  ///< its answer to hello; empty without a reference
  std::optional<MemoryUse> reference_memory;
  std::vector<Note> notes;

  std::string to_text() const;
  /// The raw rates of every round beside the summaries. Adds processor model and number of processors.
  nlohmann::json to_json() const;
};

}  // namespace ibot::bench
