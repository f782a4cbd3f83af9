// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/train/model.h>
#include <ibot/train/optimizer.h>
#include <ibot/weights/tensor_file.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace ibot::train {

/// What stands beside the tensors of a checkpoint.
struct CheckpointInfo {
  std::int64_t step = 0;  ///< finished optimiser steps
  std::string plan_hash;
  std::string run;
};

/// A full checkpoint: one safetensors file with `student.*`, `teacher.*`, `optimizer.*` and `loss.<term>.*`
/// in their own precision, and the info in its metadata. Data order, crops, masks and stochastic depth are
/// functions of the step, so that a run that goes on from it is bit-equal to one that never stopped. Reading
/// runs no code. Appears under its name whole or not at all. Returns the file's size in bytes.
IBOT_API base::Result<std::int64_t> save_checkpoint(const std::filesystem::path& path, Model& model,
                                                    Optimizer& optimizer, const CheckpointInfo& info);

/// Errors: those of TensorFile::open_safetensors, Incompatible (another network, not a checkpoint).
IBOT_API base::Result<CheckpointInfo> load_checkpoint(const std::filesystem::path& path, Model& model,
                                                      Optimizer& optimizer);

/// Metadata alone.
IBOT_API base::Result<CheckpointInfo> read_checkpoint_info(const weights::TensorFile& file);

/// A compact teacher, bf16: the backbone under timm's names, the head, and the student's mask token.
IBOT_API base::Result<std::int64_t> save_teacher_snapshot(const std::filesystem::path& path, Model& model,
                                                          const CheckpointInfo& info);

}  // namespace ibot::train
