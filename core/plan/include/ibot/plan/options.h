// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

#include <cstdint>
#include <string>

namespace ibot::plan {

/// The keys at the top of a configuration, outside every section.
struct RunOptions {
  std::string name;
  std::string notes;
  std::int64_t seed = 0;

  static void describe(params::Describer& d, RunOptions& o) {
    d.field("name", o.name)
        .help("What the run is called in lists. Changes nothing else; no part of any hash.");
    d.field("notes", o.notes).help("Free text kept with the run. Changes nothing else; no part of any hash.");
    d.field("seed", o.seed)
        .at_least(0)
        .help("Seed of every draw: order, crops, masks, drop path, initial weights.")
        .source("main_ibot.py --seed");
  }
};

/// The keys that every loss term has beside its own.
struct LossOptions {
  double weight = 1.0;

  static void describe(params::Describer& d, LossOptions& o) {
    d.field("weight", o.weight)
        .at_least(0)
        .help("Factor of this term in the sum. 0 switches it off.")
        .source("main_ibot.py --lambda1, --lambda2");
  }
};

/// The keys that every evaluator has beside its own.
struct EvaluatorOptions {
  std::int64_t every_epochs = 10;
  std::string network = "teacher";

  static void describe(params::Describer& d, EvaluatorOptions& o) {
    d.field("every_epochs", o.every_epochs)
        .at_least(0)
        .unit("epochs")
        .help("Rhythm while training; it runs at the end in any case. 0: at the end alone.");
    d.field("network", o.network)
        .choices({"teacher", "student"})
        .advanced()
        .help("Whose features are evaluated. Published numbers are the teacher's, but for ImageNet-22k.")
        .source("spec 1.9");
  }
};

}  // namespace ibot::plan
