// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

#include <string>

namespace ibot::nn {

/// The projection head (spec 1.3; models/head.py::iBOTHead). No LibTorch here: core/plan reads this header
/// too.
struct HeadOptions {
  std::int64_t out_dim = 8192;
  std::int64_t patch_out_dim = 8192;
  std::int64_t hidden_dim = 2048;
  std::int64_t bottleneck_dim = 256;
  std::int64_t layers = 3;
  bool shared = false;
  bool shared_teacher = true;
  bool norm_last_layer = true;
  std::string norm = "none";
  std::string last_norm = "none";
  std::string activation = "gelu";

  static void describe(params::Describer& d, HeadOptions& o) {
    d.field("out_dim", o.out_dim)
        .at_least(2)
        .unit("prototypes")
        .help("Number of prototypes K of the CLS token. More prototypes split finer and cost memory.")
        .source("main_ibot.py --out_dim");
    d.field("patch_out_dim", o.patch_out_dim)
        .at_least(2)
        .unit("prototypes")
        .help("Number of prototypes of patch tokens; ignored by a network whose head is shared.")
        .source("main_ibot.py --patch_out_dim");
    d.field("shared", o.shared)
        .help("Student: one prototype layer for CLS and patch tokens. Official runs set it.")
        .source("main_ibot.py --shared_head");
    d.field("shared_teacher", o.shared_teacher)
        .help("Teacher: one prototype layer for CLS and patch tokens.")
        .source("main_ibot.py --shared_head_teacher");
    d.field("norm_last_layer", o.norm_last_layer)
        .help(
            "Keep the length of every prototype at 1 (weight_g frozen). Steadier; off often learns a little "
            "more.")
        .source("main_ibot.py --norm_last_layer");
    d.field("hidden_dim", o.hidden_dim)
        .at_least(1)
        .advanced()
        .help("Width of the hidden layers.")
        .source("models/head.py");
    d.field("bottleneck_dim", o.bottleneck_dim)
        .at_least(0)
        .advanced()
        .help(
            "Width before the prototypes, L2-normalised. 0: no bottleneck, no normalisation, a plain linear "
            "output.")
        .source("models/head.py");
    d.field("layers", o.layers)
        .between(1, 8)
        .advanced()
        .help("Linear layers before the prototypes.")
        .source("models/head.py");
    d.field("norm", o.norm)
        .choices({"none", "bn", "syncbn", "csyncbn", "psyncbn", "ln"})
        .advanced()
        .help("Normalisation of hidden layers. Batch statistics need every token and so cost speed.")
        .source("main_ibot.py --norm_in_head");
    d.field("last_norm", o.last_norm)
        .choices({"none", "bn", "syncbn", "csyncbn", "psyncbn"})
        .advanced()
        .help("Affine-free normalisation of the logits.")
        .source("models/head.py last_norm");
    d.field("activation", o.activation)
        .choices({"gelu", "relu"})
        .advanced()
        .help("Activation of hidden layers; gelu is the exact (erf) form.")
        .source("main_ibot.py --act_in_head");
  }
};

}  // namespace ibot::nn
