// SPDX-License-Identifier: GPL-3.0-or-later
#include "review.h"
#include "sizes.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <cmath>

namespace ibot::plan {
namespace {

using base::format_number;
using base::str;

std::string epochs_text(double epochs) {
  return format_number(epochs) + (epochs == 1 ? " epoch" : " epochs");
}

// Every [low, high] of the section.
void check_ranges(Review& review) {
  for (const std::string key :
       {"crops.global.scale", "crops.local.scale", "crops.aspect", "crops.blur_sigma"}) {
    const auto& range = review.reals(key);
    if (range.size() == 2 && range[0] > range[1]) {
      review.error(
          {key}, str("it begins with ", format_number(range[0]), " and ends with ", format_number(range[1])),
          "the smaller number first", "Exchange the two");
    }
  }
  for (const std::string key : {"crops.global.scale", "crops.local.scale"}) {
    const auto& range = review.reals(key);
    if (range.size() == 2 && range[1] <= 0)
      review.error({key}, "no crop has an area of 0", "an end above 0", "");
  }
}

void check_crops(Review& review) {
  check_ranges(review);
  const auto patch = review.find_number("backbone.patch");
  const bool has_local = review.number("crops.local.count") > 0;
  for (const std::string group : {"crops.global", "crops.local"}) {
    if (!patch || (group == "crops.local" && !has_local)) continue;
    const double size = review.number(group + ".size");
    if (size < *patch) {
      review.error({group + ".size", "backbone.patch"},
                   str("crops of ", format_number(size), " px are smaller than a patch of ",
                       format_number(*patch), " px"),
                   str("at least ", format_number(*patch)),
                   "Enlarge the crop, or make backbone.patch smaller");
    }
  }
  if (review.number("crops.global.count") + review.number("crops.local.count") < 2) {
    review.error({"crops.global.count", "crops.local.count"},
                 "a picture gives one crop, and nothing can be compared with it",
                 "at least two crops of a picture", "Published runs take 2 large crops");
  }
}

// The largest number of heads, at most as many as asked for, that divides dim evenly.
std::int64_t fitting_heads(const VitSize& vit) {
  constexpr std::int64_t kMostHeads = 1024;
  std::int64_t heads = std::clamp<std::int64_t>(vit.heads, 1, kMostHeads);
  while (vit.dim % heads != 0) --heads;
  return heads;
}

void check_vit(Review& review, const ResolvedSection& backbone) {
  const auto vit = vit_size(backbone);
  if (!vit || vit->dim % vit->heads == 0) return;
  const std::int64_t heads = fitting_heads(*vit);
  review.error({"backbone.heads", "backbone.dim", "backbone.size"},
               str(vit->heads, " heads do not divide ", vit->dim, " features evenly"),
               "dim a multiple of heads", str("With ", heads, heads == 1 ? " head" : " heads", " it does"));
}

void check_head(Review& review) {
  const double out_dim = review.number("head.out_dim");
  const double patch_out_dim = review.number("head.patch_out_dim");
  const bool shared = review.flag("head.shared");
  const bool shared_teacher = review.flag("head.shared_teacher");
  // With both shared, patch_out_dim is not used at all; with none shared, both networks have both sizes.
  if (shared != shared_teacher && out_dim != patch_out_dim) {
    const std::string one = shared ? "student" : "teacher";
    const std::string other = shared ? "teacher" : "student";
    review.error({"head.patch_out_dim", "head.out_dim", "head.shared", "head.shared_teacher"},
                 str("the ", one, "'s shared head gives patches ", format_number(out_dim),
                     " prototypes, the ", other, "'s separate one ", format_number(patch_out_dim)),
                 str("patch_out_dim of ", format_number(out_dim), ", as out_dim"),
                 "Or set head.shared and head.shared_teacher alike");
  }
  if (!shared && review.number("head.bottleneck_dim") == 0 && review.number("head.layers") == 1) {
    review.error({"head.layers", "head.bottleneck_dim", "head.shared"},
                 "one layer without a bottleneck cannot have separate prototypes for patches",
                 "layers of at least 2, a bottleneck, or a shared head");
  }
}

// For masking plugins that draw from a list of ratios, as the shipped ones do.
void check_mask(Review& review) {
  const auto* ratio = review.find_reals("mask.ratio");
  const auto* variance = review.find_reals("mask.variance");
  if (!ratio || !variance) return;
  if (ratio->empty() || (variance->size() != 1 && variance->size() != ratio->size())) {
    review.error({"mask.variance", "mask.ratio"},
                 str("there are ", ratio->size(), " ratios and ", variance->size(), " variances"),
                 "one variance for all ratios, or one for each");
    return;
  }
  for (std::size_t i = 0; i < ratio->size(); ++i) {
    const double middle = (*ratio)[i];
    const double spread = (*variance)[variance->size() == 1 ? 0 : i];
    if (middle - spread >= 0 && middle + spread <= 1) continue;
    // A ratio of 0 means "no mask"; a spread given once for all ratios would widen it too, which nobody
    // wants.
    review.error(
        {"mask.variance", "mask.ratio"},
        str("ratio ", format_number(middle), " with variance ", format_number(spread), " ranges from ",
            format_number(middle - spread), " to ", format_number(middle + spread)),
        "a range within 0 to 1",
        variance->size() == 1 && ratio->size() > 1 ? "Give each ratio its own variance, as [0, 0.2]" : "");
  }
}

void check_losses(Review& review) {
  if (review.is_refused("losses[")) return;
  const auto paths = review.paths_of("losses");
  if (paths.empty()) {
    return review.error({"losses"}, "the list of losses is empty", "at least one loss term",
                        "iBOT is ibot_cls and ibot_patch");
  }
  const bool all_off = std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return review.number(path + ".weight") == 0;
  });
  if (all_off)
    review.error({paths.front() + ".weight"}, "every loss has weight 0", "a weight above 0 somewhere");

  const double epochs = review.number("train.epochs");
  for (const std::string& path : paths) {
    const auto warmup = review.find_number(path + ".warmup_teacher_temp_epochs");
    if (!warmup) continue;
    // The patch loss begins its warm-up with the first masks (spec 1.5).
    const bool waits_for_masks = path == "losses.ibot_patch";
    const double start = waits_for_masks ? review.find_number("mask.start_epoch").value_or(0) : 0;
    if (*warmup + start <= epochs) continue;
    const std::string when = start > 0 ? str(" after ", epochs_text(start), " without masks") : "";
    review.error({path + ".warmup_teacher_temp_epochs", "train.epochs"},
                 str("the teacher's temperature warms up for ", epochs_text(*warmup), when, ", the run has ",
                     format_number(epochs)),
                 "a warm-up no longer than the run", "Shorten the warm-up, or train longer");
  }
}

// Steps are counted in 64 bits, and their number is worked out in double.
void check_length(Review& review, const Derived& derived) {
  constexpr double kMostSteps = 9007199254740992.0;  // 2^53
  const double epochs = review.number("train.epochs");
  const auto per_epoch = static_cast<double>(std::max<std::int64_t>(1, derived.steps_per_epoch.value_or(1)));
  if (epochs * per_epoch <= kMostSteps) return;
  review.error({"train.epochs", "data.path"},
               str(format_number(epochs), " epochs are more steps than can be counted"),
               "at most " + epochs_text(std::floor(kMostSteps / per_epoch)), "");
}

void check_schedules(Review& review) {
  const double epochs = review.number("train.epochs");
  const double warmup = review.number("optimizer.warmup_epochs");
  if (warmup > epochs) {
    review.error(
        {"optimizer.warmup_epochs", "train.epochs"},
        str("the learning rate warms up for ", epochs_text(warmup), ", the run has ", format_number(epochs)),
        "a warm-up no longer than the run", "A tenth of the run is usual");
  }
  const double freeze = review.number("optimizer.freeze_last_layer_epochs");
  if (freeze >= epochs) {
    review.error(
        {"optimizer.freeze_last_layer_epochs", "train.epochs"},
        str("the prototypes stand still for ", epochs_text(freeze), ", the run has ", format_number(epochs)),
        "fewer than the epochs of the run", "Set optimizer.freeze_last_layer_epochs=0 for a very short run");
  }
}

void check_data(Review& review, const Derived& derived, const PlanRequest& request) {
  if (!request.dataset || !derived.steps_per_epoch || *derived.steps_per_epoch > 0) return;
  const std::string pictures = base::format_count(request.dataset->pictures);
  const std::string wanted = derived.effective_batch ? base::format_count(*derived.effective_batch) : "more";
  review.error({"train.batch", "train.accumulate", "data.path"},
               "the data set has " + pictures + " pictures, one step takes " + wanted,
               "a step no larger than the data set", "Lower train.batch or train.accumulate");
}

void check_device(Review& review) {
  const std::string& device = review.text("train.device");
  const bool numbered = device.starts_with("cuda:") && base::parse_int(device.substr(5)).value_or(-1) >= 0;
  if (device != "cpu" && device != "cuda" && !numbered) {
    review.error({"train.device"}, "found " + base::quote_untrusted(device), "cpu, cuda or cuda:N");
  }
}

}  // namespace

void check_rules(Review& review, const Derived& derived, const PlanRequest& request) {
  check_crops(review);
  check_head(review);
  check_mask(review);
  check_losses(review);
  check_length(review, derived);
  check_schedules(review);
  check_data(review, derived, request);
  check_device(review);
  if (const ResolvedSection* backbone = review.section("backbone")) check_vit(review, *backbone);
}

}  // namespace ibot::plan
