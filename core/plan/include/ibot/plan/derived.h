// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ibot::plan {

/// What is known of a run's data set before it starts; what is unknown stays so in the plan.
struct IBOT_API DatasetFacts {
  std::int64_t pictures = 0;
  std::int64_t classes = 0;  ///< 0: no labels
};

/// Crops of one size, as the backbone sees them.
struct CropTokens {
  std::int64_t grid = 0;    ///< patches a side
  std::int64_t tokens = 0;  ///< patches and CLS

  bool operator==(const CropTokens&) const = default;
};

/// One part of what a run takes.
struct IBOT_API CostPart {
  std::string name;   ///< stable, for scripts: "weights"
  std::string title;  ///< for people: "weights of student and teacher"
  std::uint64_t bytes = 0;

  bool operator==(const CostPart&) const = default;
};

/// Numbers that follow from a configuration. They never replace a value of it. Nothing is here where an input
/// is unknown (the number of pictures, the inside of a foreign backbone) or beyond 2^53.
struct IBOT_API Derived {
  std::optional<CropTokens> global, local;     ///< local: only with local crops
  std::optional<std::int64_t> student_tokens;  ///< of one picture: all its crops
  std::optional<std::int64_t> teacher_tokens;  ///< of one picture: its global crops
  std::optional<std::int64_t>
      backbone_parameters;                        ///< without the mask token, as published counts (spec 1.1)
  std::optional<std::int64_t> head_parameters;    ///< of the student (spec 1.3)
  std::optional<std::int64_t> effective_batch;    ///< batch x accumulate x ranks: pictures of one step
  double peak_lr = 0;                             ///< lr x effective batch / 256 (spec 1.8)
  std::optional<std::int64_t> steps_per_epoch;    ///< whole steps; an incomplete last one is left out
  std::optional<std::int64_t> total_steps;        ///< epochs x steps_per_epoch, at least 1
  std::optional<std::int64_t> warmup_steps;       ///< of the learning rate
  std::optional<std::int64_t> total_images;       ///< total_steps x effective_batch
  std::optional<std::uint64_t> memory_bytes;      ///< rough: the sum of `memory`
  std::optional<std::uint64_t> checkpoint_bytes;  ///< one full checkpoint
  std::optional<std::uint64_t> disk_bytes;        ///< at most, while it runs: the sum of `disk`
  /// weights, optimizer, activations, prototypes, batches, other; see costs.cpp. Empty: unknown.
  std::vector<CostPart> memory;
  std::vector<CostPart> disk;  ///< checkpoints, writing, snapshots, journal, with known steps record, probes
};

}  // namespace ibot::plan
