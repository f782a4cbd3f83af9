// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <optional>

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
  std::optional<std::uint64_t> memory_bytes;      ///< rough; see derived.cpp for the formula
  std::optional<std::uint64_t> checkpoint_bytes;  ///< one full checkpoint
  std::optional<std::uint64_t> disk_bytes;        ///< all checkpoints and snapshots kept at the end
};

}  // namespace ibot::plan
