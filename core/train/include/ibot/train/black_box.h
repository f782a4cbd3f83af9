// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

namespace ibot::train {

/// What is needed to make one step again: recipes, not tensors. Crops, masks and stochastic depth follow from
/// the step and the sample ids.
struct StepRecipe {
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  std::vector<std::uint64_t> samples;
  double loss = 0;
  double gradient_norm = 0;
  double lr = 0;
};

/// The last steps of a run, written when a value is not finite.
class IBOT_API BlackBox {
 public:
  explicit BlackBox(std::size_t capacity = 32) : capacity_(capacity) {}
  void add(StepRecipe recipe);
  const std::deque<StepRecipe>& steps() const { return steps_; }

  /// JSON: {"format", "run", "what", "seed", "checkpoint", "steps": [...]}; numbers that are not finite
  /// become texts.
  base::Status write(const std::filesystem::path& path, const std::string& run, const std::string& what,
                     std::uint64_t seed, const std::string& checkpoint) const;

  struct File {
    std::string run, what, checkpoint;
    std::uint64_t seed = 0;
    std::vector<StepRecipe> steps;
  };
  /// Untrusted. Errors: those of read_text_file, Corrupt.
  static base::Result<File> read(const std::filesystem::path& path);

 private:
  std::size_t capacity_;
  std::deque<StepRecipe> steps_;
};

}  // namespace ibot::train
