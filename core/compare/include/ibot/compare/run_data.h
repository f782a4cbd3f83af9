// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/liveness.h>
#include <ibot/record/reader.h>
#include <ibot/runs/parameters.h>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace ibot::compare {

/// What comparisons need of a run, read once. The record is untrusted: a plan that cannot be read has no
/// parameters.
struct IBOT_API RunData {
  record::Run run;
  record::EffectiveStatus status;
  runs::Parameters parameters;       ///< of the newest stretch of its plan
  std::vector<std::string> plugins;  ///< sections that are a plugin's: "mask", "losses.ibot_cls"
  record::HashedTexts texts;         ///< what the hashes were made of, as far as it was kept
  std::string extended;              ///< where later stretches of the plan end; empty: never extended
  std::vector<record::Evaluation> evaluations;
  std::string source;  ///< where it was read from, for people; empty: the workspace at hand

  /// The seed as text; empty where the plan says none.
  std::string seed() const;
  /// "name: value" lines of one of the hashed texts.
  static std::map<std::string, std::string> lines_of(const std::string& text);
};

/// Errors: those of the reader.
IBOT_API base::Result<std::vector<RunData>> read_runs(record::Reader& reader,
                                                      std::span<const record::Run> runs,
                                                      const std::string& source = {});

}  // namespace ibot::compare
