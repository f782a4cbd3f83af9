// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

#include <string>
#include <vector>

namespace ibot::train {

/// Optimiser and its schedules (spec 1.8). No LibTorch here: core/plan reads this header too.
struct OptimizerOptions {
  std::string kind = "adamw";
  double lr = 5e-4;
  double min_lr = 1e-6;
  double warmup_epochs = 10;
  double weight_decay = 0.04;
  double weight_decay_end = 0.4;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double momentum = 0.9;
  double lars_eta = 0.001;
  double clip_grad = 3.0;
  double freeze_last_layer_epochs = 1;

  static void describe(params::Describer& d, OptimizerOptions& o) {
    d.field("kind", o.kind)
        .choices({"adamw", "sgd", "lars"})
        .help("Optimiser.")
        .source("main_ibot.py --optimizer");
    d.field("lr", o.lr)
        .above(0)
        .unit("per 256 images")
        .help("Peak learning rate before scaling: the rate used is lr x batch / 256.")
        .source("main_ibot.py --lr");
    d.field("min_lr", o.min_lr)
        .at_least(0)
        .help("Learning rate at the end of the cosine; not scaled with the batch.")
        .source("main_ibot.py --min_lr");
    d.field("warmup_epochs", o.warmup_epochs)
        .at_least(0)
        .unit("epochs")
        .help("Linear warm-up from 0. Longer is steadier with large batches.")
        .source("main_ibot.py --warmup_epochs");
    d.field("weight_decay", o.weight_decay)
        .at_least(0)
        .help("Weight decay at the start of its cosine.")
        .source("main_ibot.py --weight_decay");
    d.field("weight_decay_end", o.weight_decay_end)
        .at_least(0)
        .help("Weight decay at the end of its cosine.")
        .source("main_ibot.py --weight_decay_end");
    d.field("clip_grad", o.clip_grad)
        .at_least(0)
        .help("Largest gradient norm of each parameter tensor by itself; 0 switches clipping off.")
        .source("main_ibot.py --clip_grad");
    d.field("freeze_last_layer_epochs", o.freeze_last_layer_epochs)
        .at_least(0)
        .unit("epochs")
        .help("The prototypes stand still for so long. Raise it when the loss does not fall at the start.")
        .source("main_ibot.py --freeze_last_layer");
    d.field("beta1", o.beta1)
        .between(0, 1)
        .advanced()
        .applies_when("kind=adamw")
        .help("AdamW: decay of the first moment.")
        .source("torch.optim.AdamW");
    d.field("beta2", o.beta2)
        .between(0, 1)
        .advanced()
        .applies_when("kind=adamw")
        .help("AdamW: decay of the second moment.")
        .source("torch.optim.AdamW");
    d.field("eps", o.eps)
        .above(0)
        .advanced()
        .applies_when("kind=adamw")
        .help("AdamW: added to the root of the second moment.")
        .source("torch.optim.AdamW");
    d.field("momentum", o.momentum)
        .between(0, 1)
        .advanced()
        .help("Momentum of SGD and LARS.")
        .source("main_ibot.py");
    d.field("lars_eta", o.lars_eta)
        .above(0)
        .advanced()
        .applies_when("kind=lars")
        .help("LARS: trust coefficient.")
        .source("utils.py::LARS");
  }
};

/// The course of a run.
struct TrainOptions {
  double epochs = 100;
  std::int64_t batch = 64;
  std::int64_t accumulate = 1;
  double teacher_momentum = 0.996;
  double teacher_momentum_end = 1.0;
  std::string precision = "bf16";
  std::string device = "cpu";
  std::int64_t threads = 0;
  std::int64_t replicas = 0;
  std::int64_t steps_limit = 0;

  static void describe(params::Describer& d, TrainOptions& o) {
    d.field("epochs", o.epochs)
        .above(0)
        .unit("epochs")
        .help("Passes over the pictures. All schedules span this length.")
        .source("main_ibot.py --epochs");
    d.field("batch", o.batch)
        .at_least(1)
        .unit("images")
        .help("Images a step and process, before accumulation.")
        .source("main_ibot.py --batch_size_per_gpu is 128; 64 fits more machines");
    d.field("accumulate", o.accumulate)
        .at_least(1)
        .unit("batches")
        .help(
            "Batches whose gradients are averaged before one update. The effective batch is batch x "
            "accumulate.");
    d.field("teacher_momentum", o.teacher_momentum)
        .between(0, 1)
        .help("EMA momentum of the teacher at the start of its cosine. Raise it towards 1 for small batches.")
        .source("main_ibot.py --momentum_teacher");
    d.field("teacher_momentum_end", o.teacher_momentum_end)
        .between(0, 1)
        .advanced()
        .help("EMA momentum of the teacher at the end.")
        .source("main_ibot.py");
    d.field("precision", o.precision)
        .choices({"fp32", "bf16", "fp64"})
        .help(
            "Arithmetic of the networks. bf16 keeps fp32 master weights, norms and losses; fp64 is for "
            "tests.");
    d.field("device", o.device).help("cpu, cuda or cuda:N.");
    d.field("threads", o.threads)
        .at_least(0)
        .advanced()
        .help("Threads of the tensor library; 0 takes every core. Bit-equal runs need the same number.");
    d.field("replicas", o.replicas)
        .between(0, 256)
        .advanced()
        .help(
            "Equal parts of a batch that are computed side by side on the CPU, each with its share of the "
            "threads and gradients of its own; 0: chosen by the batch and the threads. Bit-equal runs need "
            "the same number.");
    d.field("steps_limit", o.steps_limit)
        .at_least(0)
        .advanced()
        .unit("steps")
        .help("Stop after so many steps with the schedules of the whole run; 0: no limit.");
  }
};

/// What is kept while training.
struct CheckpointOptions {
  double every_minutes = 10;
  std::int64_t every_epochs = 1;
  std::int64_t keep_last = 2;
  std::int64_t keep_every_epochs = 0;
  std::int64_t teacher_snapshots = 24;

  static void describe(params::Describer& d, CheckpointOptions& o) {
    d.field("every_minutes", o.every_minutes)
        .at_least(0)
        .unit("minutes")
        .help("Longest time between two full checkpoints; 0: only at the epochs below.");
    d.field("every_epochs", o.every_epochs)
        .at_least(0)
        .unit("epochs")
        .help("Full checkpoint after so many epochs; 0: only by time.");
    d.field("keep_last", o.keep_last).at_least(1).help("Newest full checkpoints that are kept.");
    d.field("keep_every_epochs", o.keep_every_epochs)
        .at_least(0)
        .unit("epochs")
        .help("Full checkpoints kept for good; 0: none but the newest.")
        .source("main_ibot.py --saveckp_freq is 40");
    d.field("teacher_snapshots", o.teacher_snapshots)
        .at_least(0)
        .help("Compact bf16 teachers kept over the whole run, spaced logarithmically, for looking back.");
  }
};

/// What is measured while training; changes no bit of it.
struct ProbeOptions {
  std::int64_t every_steps = 200;
  std::int64_t pictures = 8;
  std::vector<std::string> pinned;

  static void describe(params::Describer& d, ProbeOptions& o) {
    d.field("every_steps", o.every_steps)
        .at_least(0)
        .unit("steps")
        .help("Rhythm of the label-free figures and probe pictures; 0: never.");
    d.field("pictures", o.pictures)
        .between(0, 64)
        .help("Pictures of the data set that are pinned when none are named.");
    d.field("pinned", o.pinned).help("Files pinned as probe pictures.");
  }
};

}  // namespace ibot::train
