// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/registry.h>
#include <ibot/train/black_box.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ibot::train {

struct ReplayRequest {
  plan::Plan plan;
  const plugin::Registry* registry = nullptr;
  const data::Dataset* dataset = nullptr;
  BlackBox::File black_box;
  std::filesystem::path checkpoint;  ///< the one that the black box names
};

/// One tensor that a step has, and how many of its values are not finite.
struct Examined {
  std::string module;  ///< "student.backbone.blocks.3", "losses.ibot_cls"
  std::string what;    ///< "tokens of the global crops after the block"
  std::int64_t bad = 0;
  std::int64_t values = 0;
};

struct ReplayReport {
  std::int64_t step = 0;                  ///< 0-based: the step that failed
  std::vector<std::uint64_t> samples;     ///< its pictures
  std::vector<std::string> sound;         ///< stages in which everything is finite, up to the first bad one
  std::optional<Examined> first;          ///< nullopt: everything is finite this time
  std::vector<Examined> same_stage;       ///< what else is bad in the stage of the first, in order
  std::vector<std::string> not_examined;  ///< what a plugin cannot show, in words
};

/// Makes the last step of a black box again and looks for the first value that is not finite, in the order in
/// which the step computes: weights, moments, input, tokens after each block, head, losses, gradients (those
/// from the output back to the input). Changes nothing on the disk.
///
/// Errors: InvalidArgument (no step in the box), Incompatible (the data set gives other pictures than those
/// recorded; the checkpoint is of another network), whatever building the network or its plugins says.
IBOT_API base::Result<ReplayReport> replay(const ReplayRequest& request);

}  // namespace ibot::train
