// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::data {

/// Colour jitter: four factors, in an order drawn anew each time (spec 1.7).
struct JitterOptions {
  double probability = 0.8;
  double brightness = 0.4;
  double contrast = 0.4;
  double saturation = 0.2;
  double hue = 0.1;

  static void describe(params::Describer& d, JitterOptions& o) {
    d.field("probability", o.probability)
        .between(0, 1)
        .help("Share of crops whose colours are changed.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("brightness", o.brightness)
        .between(0, 1)
        .help("The factor is drawn from 1 - x to 1 + x.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("contrast", o.contrast)
        .between(0, 1)
        .help("The factor is drawn from 1 - x to 1 + x.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("saturation", o.saturation)
        .between(0, 1)
        .help("The factor is drawn from 1 - x to 1 + x.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("hue", o.hue)
        .between(0, 0.5)
        .unit("turns")
        .help("Hues are turned by -x to x.")
        .source("main_ibot.py::DataAugmentationiBOT");
  }
};

/// Large crops: the teacher sees them, and the student with masks.
struct GlobalCropOptions {
  std::int64_t count = 2;
  std::int64_t size = 224;
  std::vector<double> scale = {0.14, 1.0};
  double blur = 0.1;
  double blur_first = 1.0;
  double solarise = 0.2;
  std::string teacher_colours = "same";

  /// The teacher sees crops of its own: the student's boxes and flips with other colours.
  bool separate_teacher() const { return teacher_colours == "own"; }

  static void describe(params::Describer& d, GlobalCropOptions& o) {
    d.field("count", o.count)
        .between(1, 16)
        .unit("crops")
        .help("Large crops of one picture.")
        .source("main_ibot.py --global_crops_number");
    d.field("size", o.size).between(1, 4096).unit("px").help("Their side.").source("main_ibot.py");
    d.field("scale", o.scale)
        .between(0, 1)
        .items(2, 2)
        .help(
            "Share of the picture's area that a crop covers, from and to. A small start makes the two views "
            "differ more; 0.25 to 0.4 goes with local crops.")
        .source("main_ibot.py --global_crops_scale");
    d.field("blur_first", o.blur_first)
        .between(0, 1)
        .help("Probability of blur in the first large crop.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("blur", o.blur)
        .between(0, 1)
        .help("Probability of blur in the other large crops.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("solarise", o.solarise)
        .between(0, 1)
        .help("Probability of solarising in every large crop but the first.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("teacher_colours", o.teacher_colours)
        .choices({"same", "own"})
        .advanced()
        .help(
            "own: the teacher sees each large crop at the same place, with jitter, grey, blur and solarising "
            "drawn "
            "anew, so that what a masked patch shows cannot be told from the colours around it. Not in the "
            "paper, "
            "where student and teacher share their crops.")
        .source("same: main_ibot.py::train_one_epoch; own: a deviation");
  }
};

/// Small crops: the student alone sees them, without masks.
struct LocalCropOptions {
  std::int64_t count = 0;
  std::int64_t size = 96;
  std::vector<double> scale = {0.05, 0.4};
  double blur = 0.5;

  static void describe(params::Describer& d, LocalCropOptions& o) {
    d.field("count", o.count)
        .between(0, 64)
        .unit("crops")
        .help("Small crops of one picture. Published results use 10; each costs student time.")
        .source("main_ibot.py --local_crops_number");
    d.field("size", o.size).between(1, 4096).unit("px").help("Their side.").source("main_ibot.py");
    d.field("scale", o.scale)
        .between(0, 1)
        .items(2, 2)
        .help("Share of the picture's area that a crop covers, from and to.")
        .source("main_ibot.py --local_crops_scale");
    d.field("blur", o.blur)
        .between(0, 1)
        .help("Probability of blur.")
        .source("main_ibot.py::DataAugmentationiBOT");
  }
};

/// Multi-crop augmentation (spec 1.7). One section, `crops`, of a recipe. Inside each crop the order is:
/// random resized crop, flip, jitter, grey, blur, solarise, normalise. Declared here and nowhere else; the
/// defaults are the published code's.
struct CropOptions {
  GlobalCropOptions global;
  LocalCropOptions local;
  std::vector<double> aspect = {3.0 / 4.0, 4.0 / 3.0};
  double flip = 0.5;
  JitterOptions jitter;
  double grey = 0.2;
  std::vector<double> blur_sigma = {0.1, 2.0};
  std::int64_t solarise_threshold = 128;
  std::vector<double> mean = {0.485, 0.456, 0.406};
  std::vector<double> std = {0.229, 0.224, 0.225};

  static void describe(params::Describer& d, CropOptions& o) {
    d.group("global", o.global);
    d.group("local", o.local);
    d.field("aspect", o.aspect)
        .above(0)
        .items(2, 2)
        .advanced()
        .help("Width / height of the cut-out, from and to; its logarithm is drawn evenly.")
        .source("torchvision RandomResizedCrop");
    d.field("flip", o.flip)
        .between(0, 1)
        .help("Probability of mirroring left and right. 0 where sides carry meaning.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.group("jitter", o.jitter);
    d.field("grey", o.grey)
        .between(0, 1)
        .help("Probability of a grey crop.")
        .source("main_ibot.py::DataAugmentationiBOT");
    d.field("blur_sigma", o.blur_sigma)
        .between(0, 100)
        .items(2, 2)
        .unit("px")
        .advanced()
        .help("Standard deviation of the blur, from and to.")
        .source("utils.py::GaussianBlur");
    d.field("solarise_threshold", o.solarise_threshold)
        .between(0, 255)
        .advanced()
        .help("Solarising inverts values of at least this.")
        .source("utils.py::Solarization");
    d.field("mean", o.mean)
        .items(3, 3)
        .between(0, 1)
        .advanced()
        .help("Mean of the channels, subtracted from values scaled to 0..1.")
        .source("ImageNet");
    d.field("std", o.std)
        .items(3, 3)
        .above(0)
        .advanced()
        .help("Standard deviation of the channels, by which values are divided.")
        .source("ImageNet");
  }
};

}  // namespace ibot::data
