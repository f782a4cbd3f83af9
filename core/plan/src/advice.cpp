// SPDX-License-Identifier: GPL-3.0-or-later
// Each piece of advice says why, where it comes from, and which value would settle it; none of them stops a
// run. A value that somebody wrote is
// mostly left alone: he may know better.
#include "review.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <cmath>

namespace ibot::plan {
namespace {

using base::format_number;
using base::str;

constexpr const char* kHelp = "main_ibot.py --";

void advise_on_temperatures(Review& review) {
  for (const std::string& path : review.paths_of("losses")) {
    const std::string key = path + ".teacher_temp";
    const auto temperature = review.find_number(key);
    if (temperature && *temperature > 0.07) {
      const std::string_view term = path.ends_with("ibot_patch") ? "teacher_patch_temp" : "teacher_temp";
      review.warning({key}, {.message = "a teacher temperature of " + format_number(*temperature) +
                                        " tends to be unstable",
                             .expected = "at most 0.07",
                             .proposal = "0.07",
                             .why = "The softer the teacher, the nearer its targets are to uniform ones",
                             .source = str(kHelp, term)});
    }
  }
}

void advise_on_momentum(Review& review, const Derived& derived) {
  constexpr std::int64_t kLongRun = 50'000;  // steps
  const double momentum = review.number("train.teacher_momentum");
  if (derived.effective_batch && *derived.effective_batch <= 256 &&
      !review.is_written("train.teacher_momentum")) {
    const bool is_short = derived.total_steps && *derived.total_steps < kLongRun;
    review.warning(
        {"train.teacher_momentum", "train.batch"},
        {.message = str("the default ", format_number(momentum), " suits steps of 1024 pictures; these have ",
                        base::format_count(*derived.effective_batch)),
         .hint = "The published advice for 256 is 0.9995 over a long run; short runs on small data learn "
                 "faster with 0.97 to 0.99. Set it to silence this",
         .proposal = is_short ? "0.99" : "0.9995",
         .why = "The teacher averages over steps: with fewer pictures in each, it has to average over more",
         .source = str(kHelp, "momentum_teacher")});
  }
  if (review.number("train.teacher_momentum_end") < momentum) {
    review.warning({"train.teacher_momentum_end", "train.teacher_momentum"},
                   {.message = "the teacher becomes faster while training",
                    .expected = "an end of at least " + format_number(momentum),
                    .proposal = "1.0",
                    .why = "Published runs slow it down, so that targets come to rest",
                    .source = "main_ibot.py, cosine_scheduler to 1"});
  }
}

void advise_on_scales(Review& review) {
  const std::string key = "crops.global.scale";
  const std::string source = str(kHelp, "global_crops_scale");
  const auto& scale = review.reals(key);
  if (scale.size() != 2) return;
  const bool has_local = review.number("crops.local.count") > 0;
  if (!has_local && scale[0] > 0.14 && scale[0] < 1) {
    review.warning(
        {key, "crops.local.count"},
        {.message = "without small crops, large ones should begin smaller than " + format_number(scale[0]),
         .expected = "[0.14, 1]",
         .proposal = "[0.14, 1]",
         .why = "Two large crops alone would overlap so much that matching them teaches little",
         .source = source});
  }
  if (has_local && !review.is_written(key)) {
    review.warning({key, "crops.local.count"},
                   {.message = "with small crops, large ones should begin at a larger share than 0.14",
                    .expected = "[0.25, 1] to [0.4, 1]",
                    .hint = "Published runs take 0.25 (ViT-S) and 0.32 (ViT-B and L)",
                    .proposal = "[0.25, 1]",
                    .why = "Small crops show details already; large ones are to hold most of the picture",
                    .source = source});
  }
  if (has_local && review.number("crops.local.size") > review.number("crops.global.size")) {
    review.warning({"crops.local.size", "crops.global.size"},
                   {.message = "small crops are larger than large ones"});
  }
}

// Spec 1.9 for ViT-B.
void advise_on_clipping(Review& review, const Derived& derived) {
  constexpr std::int64_t kLargeNetwork = 60'000'000;
  if (!derived.backbone_parameters || *derived.backbone_parameters < kLargeNetwork) return;
  if (review.is_written("optimizer.clip_grad")) return;
  review.warning(
      {"optimizer.clip_grad", "backbone.size"},
      {.message = str("the default ", format_number(review.number("optimizer.clip_grad")), " suits ViT-S"),
       .expected = "0.3 to 1.0 for ViT-B and larger",
       .proposal = "0.3",
       .why = "Larger networks were trained with smaller steps at most",
       .source = str(kHelp, "clip_grad")});
}

void advise_on_large_batches(Review& review, const Derived& derived) {
  if (!derived.effective_batch || *derived.effective_batch < 2048) return;
  if (review.is_written("optimizer.warmup_epochs")) return;
  const double longer =
      std::min(2 * review.number("optimizer.warmup_epochs"), review.number("train.epochs") / 4);
  review.warning(
      {"optimizer.warmup_epochs", "train.batch"},
      {.message = "steps of " + base::format_count(*derived.effective_batch) + " pictures may be unstable",
       .hint = "A longer warm-up or a lower optimizer.beta2 helps; set warmup_epochs to silence "
               "this",
       .proposal = format_number(longer),
       .why = "The rate grows with the batch, and early gradients do not bear it",
       .source = "bytedance/ibot#17"});
}

// The help of main_ibot.py --shared_head says otherwise than its code does.
void advise_on_head(Review& review) {
  const bool both = review.flag("head.shared") && review.flag("head.shared_teacher");
  const bool differ = review.number("head.patch_out_dim") != review.number("head.out_dim");
  if (both && differ && review.is_written("head.patch_out_dim")) {
    review.warning({"head.patch_out_dim", "head.shared"},
                   {.message = "it is not used, because both heads are shared",
                    .proposal = format_number(review.number("head.out_dim"))});
  }
}

// A backbone with shifted windows, whoever made it: the name is all that is known of it.
void advise_on_windows(Review& review) {
  constexpr double kSwinStart = 50;
  const ResolvedSection* backbone = review.section("backbone");
  if (backbone == nullptr || !backbone->plugin || !backbone->plugin->id.starts_with("swin")) return;
  const auto start = review.find_number("mask.start_epoch");
  if (!start || *start >= kSwinStart || review.is_written("mask.start_epoch")) return;
  if (review.number("train.epochs") <= kSwinStart) return;
  review.warning({"mask.start_epoch", "backbone.plugin"},
                 {.message = "a Swin backbone is steadier when masks begin later",
                  .expected = "50, as published",
                  .proposal = "50",
                  .why = "Its windows have to form before patches can be filled in",
                  .source = str(kHelp, "pred_start_epoch")});
}

void advise_on_masks(Review& review) {
  const auto start = review.find_number("mask.start_epoch");
  if (start && *start >= review.number("train.epochs") && *start > 0) {
    review.warning({"mask.start_epoch", "train.epochs"},
                   {.message = "masks would begin in epoch " + format_number(*start) + ", after the end",
                    .proposal = "0"});
  }
  const bool nothing_masked = review.has("mask.plugin") && review.text("mask.plugin") == "none";
  for (const std::string& path : review.paths_of("losses")) {
    if (path == "losses.ibot_patch" && nothing_masked && review.number(path + ".weight") > 0) {
      review.warning({"mask.plugin", path + ".plugin"},
                     {.message = "ibot_patch learns from masked patches, and none are masked",
                      .hint = "Choose the mask block or random, or leave ibot_patch out",
                      .proposal = "block"});
    }
  }
}

void advise_on_rates(Review& review, const Derived& derived) {
  const double low = review.number("optimizer.min_lr");
  if (low > derived.peak_lr) {
    review.warning({"optimizer.min_lr", "optimizer.lr"},
                   {.message = str("the rate rises from its peak of ", format_number(derived.peak_lr), " to ",
                                   format_number(low)),
                    .expected = "a min_lr below lr x batch / 256",
                    .proposal = format_number(derived.peak_lr / 1000),
                    .why = "The cosine is to come down"});
  }
}

void advise_on_patches(Review& review) {
  const auto declared = review.find_number("backbone.patch");
  for (const std::string group : {"crops.global", "crops.local"}) {
    if (group == "crops.local" && review.number("crops.local.count") == 0) continue;
    const double size = review.number(group + ".size");
    // Crops that hold no patch are an error already.
    if (!declared || *declared < 1 || *declared > size) continue;
    const double rest = std::fmod(size, *declared);
    if (rest == 0) continue;
    review.warning(
        {group + ".size", "backbone.patch"},
        {.message = format_number(size) + " px are no multiple of the patch: " + format_number(rest) +
                    " px at two borders are not seen",
         .hint = "Take " + format_number(size - rest) + " or " + format_number(size - rest + *declared),
         .proposal = format_number(size - rest)});
  }
}

// Written for fp16, which this program has not; bf16 has its range, and fewer digits still.
void advise_on_small_patches(Review& review) {
  const auto patch = review.find_number("backbone.patch");
  if (!patch || *patch >= 16 || review.is_written("train.precision")) return;
  if (review.text("train.precision") != "bf16") return;
  review.warning(
      {"train.precision", "backbone.patch"},
      {.message = "patches of " + format_number(*patch) + " px may be unstable in the default bf16",
       .expected = "fp32 for patches below 16 px",
       .hint = "Set train.precision to silence this",
       .proposal = "fp32",
       .why = "The published advice is to leave half precision with small patches",
       .source = str(kHelp, "patch_size")});
}

void advise_on_pictures_of_a_batch(Review& review) {
  for (const std::string& path : review.paths_of("losses")) {
    if (path != "losses.koleo" || review.number("train.batch") > 1) continue;
    if (review.number(path + ".weight") == 0) continue;
    review.warning({"train.batch", path + ".plugin"},
                   {.message = "koleo compares the pictures of a batch, and a batch of 1 has nothing to "
                               "compare",
                    .expected = "a batch of at least 2",
                    .proposal = "2",
                    .why = "Elsewhere such a batch gave an infinite loss; here the term does nothing",
                    .source = "facebookresearch/dinov2#314"});
  }
}

// An epoch of few steps makes every rhythm and warm-up coarse.
void advise_on_short_epochs(Review& review, const Derived& derived) {
  constexpr std::int64_t kFewSteps = 100;
  const double warmup = review.number("optimizer.warmup_epochs");
  if (review.is_written("optimizer.warmup_epochs")) return;
  if (!derived.warmup_steps || warmup == 0 || *derived.warmup_steps >= kFewSteps) return;
  if (!derived.total_steps || *derived.total_steps < 10 * kFewSteps) return;
  const double epochs = std::min(std::ceil(kFewSteps / static_cast<double>(*derived.steps_per_epoch)),
                                 review.number("train.epochs") / 4);
  review.warning({"optimizer.warmup_epochs", "data.path"},
                 {.message = "by default the rate reaches its peak after " +
                             base::format_count(*derived.warmup_steps) + " steps",
                  .expected = "a warm-up of a hundred steps or more",
                  .proposal = format_number(epochs),
                  .why = "Epochs of a small data set are short, and moments of AdamW need steps to settle"});
}

void advise_on_memory(Review& review, const Derived& derived, const PlanRequest& request) {
  const std::uint64_t there = request.machine ? request.machine->memory_bytes : 0;
  if (!derived.memory_bytes || there == 0 || *derived.memory_bytes < there) return;
  const double batch = review.number("train.batch");
  review.warning(
      {"train.batch"},
      {.message = "the run needs about " + base::format_bytes(*derived.memory_bytes) +
                  " of memory, the machine has " + base::format_bytes(there),
       .hint = "Lower train.batch and raise train.accumulate, take fewer small crops, or a smaller backbone",
       .proposal = batch >= 2 ? format_number(std::floor(batch / 2)) : ""});
}

void advise_on_disk(Review& review, const Derived& derived, const PlanRequest& request) {
  if (!derived.disk_bytes || !request.free_bytes || *derived.disk_bytes < *request.free_bytes) return;
  const double rhythm = review.number("checkpoints.keep_every_epochs");
  const bool keeps_many = rhythm > 0;
  review.warning({keeps_many ? "checkpoints.keep_every_epochs" : "checkpoints.teacher_snapshots"},
                 {.message = "the run needs up to " + base::format_bytes(*derived.disk_bytes) +
                             " on the disk, which has " + base::format_bytes(*request.free_bytes) + " free",
                  .hint = "Make room, take a workspace on another disk, or keep less",
                  .proposal = keeps_many ? "0" : "2"});
}

// Measured: a small network on a processor without these instructions made 13 pictures a second in bf16 and
// 49 in fp32.
void advise_on_precision(Review& review, const PlanRequest& request) {
  if (!request.machine || request.machine->bf16_products) return;
  if (review.text("train.precision") != "bf16" || review.text("train.device") != "cpu") return;
  review.warning(
      {"train.precision", "train.device"},
      {.message = "this processor has no instructions for products of bf16, which are several times slower "
                  "here than fp32",
       .expected = "fp32 on this machine",
       .proposal = "fp32"});
}

}  // namespace

void give_advice(Review& review, const Derived& derived, const PlanRequest& request) {
  advise_on_temperatures(review);
  advise_on_momentum(review, derived);
  advise_on_scales(review);
  advise_on_clipping(review, derived);
  advise_on_large_batches(review, derived);
  advise_on_head(review);
  advise_on_windows(review);
  advise_on_masks(review);
  advise_on_rates(review, derived);
  advise_on_patches(review);
  advise_on_small_patches(review);
  advise_on_pictures_of_a_batch(review);
  advise_on_short_epochs(review, derived);
  advise_on_memory(review, derived, request);
  advise_on_disk(review, derived, request);
  advise_on_precision(review, request);
}

}  // namespace ibot::plan
