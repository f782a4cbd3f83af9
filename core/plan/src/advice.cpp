// SPDX-License-Identifier: GPL-3.0-or-later
// Each piece of advice names where it comes from; none of them stops a run. A value that somebody wrote is
// mostly left alone: he may know better.
#include "review.h"

#include <ibot/base/text.h>

#include <cmath>

namespace ibot::plan {
namespace {

using base::format_number;
using base::str;

// main_ibot.py, help of --teacher_temp and --teacher_patch_temp.
void advise_on_temperatures(Review& review) {
  for (const std::string& path : review.paths_of("losses")) {
    const std::string key = path + ".teacher_temp";
    const auto temperature = review.find_number(key);
    if (temperature && *temperature > 0.07) {
      review.warning({key},
                     "a teacher temperature of " + format_number(*temperature) + " tends to be unstable",
                     "at most 0.07", "");
    }
  }
}

// main_ibot.py, help of --momentum_teacher.
void advise_on_momentum(Review& review, const Derived& derived) {
  const double momentum = review.number("train.teacher_momentum");
  if (derived.effective_batch && *derived.effective_batch <= 256 &&
      !review.is_written("train.teacher_momentum")) {
    review.warning(
        {"train.teacher_momentum", "train.batch"},
        str("the default ", format_number(momentum), " suits steps of 1024 pictures; these have ",
            base::format_count(*derived.effective_batch)),
        "",
        "The published advice for 256 is 0.9995 over a long run; short runs on small data learn faster with "
        "0.97 to 0.99. Set it to silence this");
  }
  if (review.number("train.teacher_momentum_end") < momentum) {
    review.warning({"train.teacher_momentum_end", "train.teacher_momentum"},
                   "the teacher becomes faster while training",
                   "an end of at least " + format_number(momentum), "");
  }
}

// main_ibot.py, help of --global_crops_scale.
void advise_on_scales(Review& review) {
  const std::string key = "crops.global.scale";
  const auto& scale = review.reals(key);
  if (scale.size() != 2) return;
  const bool has_local = review.number("crops.local.count") > 0;
  if (!has_local && scale[0] > 0.14 && scale[0] < 1) {
    review.warning({key, "crops.local.count"},
                   "without small crops, large ones should begin smaller than " + format_number(scale[0]),
                   "[0.14, 1]", "");
  }
  if (has_local && !review.is_written(key)) {
    review.warning({key, "crops.local.count"},
                   "with small crops, large ones should begin at a larger share than 0.14",
                   "[0.25, 1] to [0.4, 1]", "Published runs take 0.25 (ViT-S) and 0.32 (ViT-B and L)");
  }
  if (has_local && review.number("crops.local.size") > review.number("crops.global.size")) {
    review.warning({"crops.local.size", "crops.global.size"}, "small crops are larger than large ones", "",
                   "");
  }
}

// main_ibot.py, help of --clip_grad; spec 1.9 for ViT-B.
void advise_on_clipping(Review& review, const Derived& derived) {
  constexpr std::int64_t kLargeNetwork = 60'000'000;
  if (!derived.backbone_parameters || *derived.backbone_parameters < kLargeNetwork) return;
  if (review.is_written("optimizer.clip_grad")) return;
  review.warning({"optimizer.clip_grad", "backbone.size"},
                 str("the default ", format_number(review.number("optimizer.clip_grad")), " suits ViT-S"),
                 "0.3 to 1.0 for ViT-B and larger", "");
}

// bytedance/ibot#17.
void advise_on_large_batches(Review& review, const Derived& derived) {
  if (!derived.effective_batch || *derived.effective_batch < 2048) return;
  if (review.is_written("optimizer.warmup_epochs")) return;
  review.warning({"optimizer.warmup_epochs", "train.batch"},
                 "steps of " + base::format_count(*derived.effective_batch) + " pictures may be unstable", "",
                 "A longer warm-up or a lower optimizer.beta2 helps; set warmup_epochs to silence this");
}

// The help of main_ibot.py --shared_head says otherwise than its code does.
void advise_on_head(Review& review) {
  const bool both = review.flag("head.shared") && review.flag("head.shared_teacher");
  const bool differ = review.number("head.patch_out_dim") != review.number("head.out_dim");
  if (both && differ && review.is_written("head.patch_out_dim")) {
    review.warning({"head.patch_out_dim", "head.shared"}, "it is not used, because both heads are shared", "",
                   "");
  }
}

void advise_on_masks(Review& review) {
  const auto start = review.find_number("mask.start_epoch");
  if (start && *start >= review.number("train.epochs") && *start > 0) {
    review.warning({"mask.start_epoch", "train.epochs"},
                   "masks would begin in epoch " + format_number(*start) + ", after the end", "", "");
  }
  const bool nothing_masked = review.has("mask.plugin") && review.text("mask.plugin") == "none";
  for (const std::string& path : review.paths_of("losses")) {
    if (path == "losses.ibot_patch" && nothing_masked && review.number(path + ".weight") > 0) {
      review.warning({"mask.plugin", path + ".plugin"},
                     "ibot_patch learns from masked patches, and none are masked", "",
                     "Choose the mask block or random, or leave ibot_patch out");
    }
  }
}

void advise_on_rates(Review& review, const Derived& derived) {
  const double low = review.number("optimizer.min_lr");
  if (low > derived.peak_lr) {
    review.warning(
        {"optimizer.min_lr", "optimizer.lr"},
        str("the rate rises from its peak of ", format_number(derived.peak_lr), " to ", format_number(low)),
        "a min_lr below lr x batch / 256", "");
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
    review.warning({group + ".size", "backbone.patch"},
                   format_number(size) + " px are no multiple of the patch: " + format_number(rest) +
                       " px at two borders are not seen",
                   "",
                   "Take " + format_number(size - rest) + " or " + format_number(size - rest + *declared));
  }
}

void advise_on_memory(Review& review, const Derived& derived, const PlanRequest& request) {
  const std::uint64_t there = request.machine ? request.machine->memory_bytes : 0;
  if (!derived.memory_bytes || there == 0 || *derived.memory_bytes < there) return;
  review.warning(
      {"train.batch"},
      "the run needs about " + base::format_bytes(*derived.memory_bytes) + " of memory, the machine has " +
          base::format_bytes(there),
      "", "Lower train.batch and raise train.accumulate, take fewer small crops, or a smaller backbone");
}

// Measured: a small network on a processor without these instructions made 13 pictures a second in bf16 and
// 49 in fp32.
void advise_on_precision(Review& review, const PlanRequest& request) {
  if (!request.machine || request.machine->bf16_products) return;
  if (review.text("train.precision") != "bf16" || review.text("train.device") != "cpu") return;
  review.warning(
      {"train.precision", "train.device"},
      "this processor has no instructions for products of bf16, which are several times slower here "
      "than fp32",
      "fp32 on this machine", "");
}

}  // namespace

void give_advice(Review& review, const Derived& derived, const PlanRequest& request) {
  advise_on_temperatures(review);
  advise_on_momentum(review, derived);
  advise_on_scales(review);
  advise_on_clipping(review, derived);
  advise_on_large_batches(review, derived);
  advise_on_head(review);
  advise_on_masks(review);
  advise_on_rates(review, derived);
  advise_on_patches(review);
  advise_on_memory(review, derived, request);
  advise_on_precision(review, request);
}

}  // namespace ibot::plan
