// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/run_data.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::compare {

/// In the order in which they explain a difference, which is that of the five hashes.
enum class Subject : std::uint8_t {
  Configuration = 1,  ///< what the plan says, ids of plugins, the weights and the run that it began with
  Plugins,            ///< versions and builds
  Data,               ///< what the plan says of it, and what the files hold
  Seed,
  Environment,  ///< machine and libraries, and where data lies that is the same (plan/places.h)
  Metrics,      ///< what came out: last values and evaluations
};
/// "configuration", "plugins", ...
IBOT_API std::string_view to_string(Subject subject);

/// One line of a comparison: a key, and its value in each run.
struct DifferenceRow {
  Subject subject = Subject::Configuration;
  std::string key;                                 ///< "mask.plugin", "cpu", "knn/top1@teacher"
  std::vector<std::optional<std::string>> values;  ///< nothing where a run has no such key
  bool differs = false;
};

struct DifferenceOptions {
  bool only_differences = true;
  bool metrics = true;
};

/// Rows by subject, then by key. Name and notes are no difference.
IBOT_API std::vector<DifferenceRow> differences(std::span<const RunData> runs,
                                                const DifferenceOptions& options = {});

/// Why two runs differ.
struct Explanation {
  std::optional<Subject> first;  ///< of the five hashes the first that differs; nothing: all are equal
  std::vector<Subject> also;     ///< the others that differ
  /// In the first, most telling rows before others; may be empty where the record does not say.
  std::vector<DifferenceRow> what;
  std::string text;  ///< in words
};
/// `factors`: what a study varies, by its own names ("mask") or full keys: what belongs to them is said
/// first. Then comes what both runs have, a plugin before its parameters.
IBOT_API Explanation why_different(const RunData& a, const RunData& b,
                                   std::span<const std::string> factors = {});

}  // namespace ibot::compare
