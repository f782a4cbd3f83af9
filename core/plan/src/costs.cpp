// SPDX-License-Identifier: GPL-3.0-or-later
// Rough figures: of the right order, and growing with each of their causes.
#include "costs.h"

#include <algorithm>
#include <cmath>

namespace ibot::plan {
namespace {

// Counts are made in double, so that no value of a file overflows, and given only where they are exact.
constexpr double kExact = 9007199254740992.0;  // 2^53
constexpr double kMebibyte = 1024.0 * 1024.0;
// Resident before the first tensor: the program, LibTorch, threads.
constexpr double kProgramBytes = 170e6;
// A picture of 500 x 375 px, decoded: what the cache holds of each where sizes are not known.
constexpr double kDecodedPicture = 500.0 * 375.0 * 3.0;
// About fifteen figures a step, a row each, and their summaries.
constexpr double kRecordBytesPerStep = 600;
// An empty record, and its journal, which SQLite folds when it holds a thousand pages of 4 KiB.
constexpr double kRecordBytes = 0.2e6, kJournalBytes = 4.2e6;

// The mean share of masked patches, from a masking plugin that declares a list of ratios.
double masked_share(const PlanValues& values) {
  const auto found = values.find("mask.ratio");
  const auto* ratio =
      found == values.end() ? nullptr : std::get_if<std::vector<double>>(&found->second.value);
  if (!ratio || ratio->empty()) return 0;
  double sum = 0;
  for (const double entry : *ratio) sum += entry;
  return std::clamp(sum / static_cast<double>(ratio->size()), 0.0, 1.0);
}

class CostCounter {
 public:
  CostCounter(Derived& derived, const CostInputs& inputs) : derived_(derived), in_(inputs) {
    parameters_ =
        static_cast<double>(*derived.backbone_parameters) + static_cast<double>(*derived.head_parameters);
  }

  void count() {
    derived_.memory_bytes =
        keep(derived_.memory, {{"weights", "weights of student and teacher", weights()},
                               {"optimizer", "gradients and moments of the optimiser", optimizer()},
                               {"activations", "activations of a step", activations()},
                               {"prototypes", "logits over the prototypes", prototypes()},
                               {"batches", "batches filled ahead", batches()},
                               {"other", "program and cache of pictures", other()}});
    derived_.checkpoint_bytes = exact(checkpoint());
    // A checkpoint is written whole before the oldest one goes.
    std::vector<Part> disk = {{"checkpoints", "full checkpoints", kept() * checkpoint()},
                              {"writing", "the checkpoint being written", checkpoint()},
                              {"snapshots", "snapshots of the teacher", snapshots()},
                              {"journal", "the record's journal", kRecordBytes + kJournalBytes}};
    if (derived_.total_steps) {
      disk.push_back({"record", "curves in the record", steps() * kRecordBytesPerStep});
      disk.push_back({"probes", "probe pictures in the record", probes()});
    }
    derived_.disk_bytes = keep(derived_.disk, disk);
  }

 private:
  struct Part {
    std::string name, title;
    double bytes;
  };

  static std::optional<std::uint64_t> exact(double count) {
    if (!(count >= 0) || count > kExact) return std::nullopt;
    return static_cast<std::uint64_t>(count);
  }

  // All parts and their sum, or nothing: a sum without one of them would mislead.
  static std::optional<std::uint64_t> keep(std::vector<CostPart>& to, const std::vector<Part>& parts) {
    double sum = 0;
    for (const Part& part : parts) sum += part.bytes;
    if (!exact(sum)) return std::nullopt;
    std::uint64_t total = 0;
    for (const Part& part : parts) {
      to.push_back({part.name, part.title, *exact(part.bytes)});
      total += to.back().bytes;
    }
    return total;
  }

  double moments() const { return in_.optimizer.kind == "adamw" ? 2 : 1; }
  double wide() const { return in_.train.precision == "fp64" ? 8 : 4; }
  double narrow() const { return in_.train.precision == "bf16" ? 2 : wide(); }
  double batch() const { return static_cast<double>(in_.train.batch); }
  double steps() const { return static_cast<double>(*derived_.total_steps); }
  double number(std::string_view key, double otherwise) const {
    const auto found = in_.values.find(key);
    const auto* value = found == in_.values.end() ? nullptr : std::get_if<std::int64_t>(&found->second.value);
    return value ? static_cast<double>(*value) : otherwise;
  }

  // Both networks' values, and both copies to compute with in bf16.
  double weights() const {
    const double copies = narrow() < wide() ? 2 * narrow() : 0;
    return parameters_ * (2 * wide() + copies);
  }

  double optimizer() const { return parameters_ * (1 + moments()) * wide(); }

  // Student: tokens of a batch x depth x (8 D + 2 hidden) values: inputs of norms, q, k, v, attention's
  // output, two sums, and the MLP before and after its activation. Fused attention keeps no N x N matrix.
  // Teacher: one block.
  double activations() const {
    const auto width = static_cast<double>(in_.vit->dim);
    const double block = (8 * width + 2 * width * in_.vit->mlp_ratio) * narrow();
    const double student =
        static_cast<double>(*derived_.student_tokens) * static_cast<double>(in_.vit->depth);
    return batch() * block * (student + static_cast<double>(*derived_.teacher_tokens));
  }

  // Rows with prototypes x K x 4 values (logits, log-softmax, gradient, the teacher's distribution) in fp32.
  double prototypes() const {
    const auto globals = static_cast<double>(in_.crops.global.count);
    const auto locals = static_cast<double>(in_.crops.local.count);
    const auto grid = static_cast<double>(derived_.global->grid);
    const double cls = batch() * (globals + locals) * static_cast<double>(in_.head.out_dim);
    const double patches = batch() * globals * grid * grid * masked_share(in_.values) *
                           static_cast<double>(in_.head.shared ? in_.head.out_dim : in_.head.patch_out_dim);
    return (cls + patches) * 4 * 4;
  }

  double batches() const {
    const auto area = [](std::int64_t side) { return static_cast<double>(side) * static_cast<double>(side); };
    const auto globals = static_cast<double>(in_.crops.global.count);
    const double drawn = in_.crops.global.separate_teacher() ? 2 * globals : globals;
    const double pixels = drawn * area(in_.crops.global.size) +
                          static_cast<double>(in_.crops.local.count) * area(in_.crops.local.size);
    return number("data.slots", 4) * batch() * pixels * 3;
  }

  double other() const {
    double cache = std::max(0.0, number("data.cache_mb", 0)) * kMebibyte;
    if (in_.request.dataset)
      cache = std::min(cache, static_cast<double>(in_.request.dataset->pictures) * kDecodedPicture);
    return kProgramBytes + cache;
  }

  // Both networks and the optimiser's moments.
  double checkpoint() const { return parameters_ * (2 + moments()) * wide(); }

  double kept() const {
    const train::CheckpointOptions& keep = in_.checkpoints;
    double count = static_cast<double>(keep.keep_last);
    if (keep.keep_every_epochs > 0)
      count += std::floor(in_.train.epochs / static_cast<double>(keep.keep_every_epochs));
    return count;
  }

  // The teacher in bf16.
  double snapshots() const {
    return static_cast<double>(in_.checkpoints.teacher_snapshots) * parameters_ * 2;
  }

  // A byte a cell for each head's attention, three components and the cluster; four for the prototype. Cells
  // of pictures at twice the side of a large crop.
  double probes() const {
    if (in_.probes.every_steps <= 0) return 0;
    const auto pinned = static_cast<double>(in_.probes.pinned.size());
    const double pictures = pinned > 0 ? pinned : static_cast<double>(in_.probes.pictures);
    const double side = 2 * static_cast<double>(derived_.global->grid);
    const double looks = std::floor(steps() / static_cast<double>(in_.probes.every_steps)) + 1;
    return looks * pictures * side * side * (static_cast<double>(in_.vit->heads) + 8);
  }

  Derived& derived_;
  const CostInputs& in_;
  double parameters_ = 0;
};

}  // namespace

void add_costs(Derived& derived, const CostInputs& inputs) {
  if (!derived.backbone_parameters || !derived.head_parameters || !derived.global || !inputs.vit) return;
  CostCounter(derived, inputs).count();
}

}  // namespace ibot::plan
