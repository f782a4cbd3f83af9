// SPDX-License-Identifier: GPL-3.0-or-later
#include "vocabulary.h"

#include <ibot/data/parts.h>

#include <array>

namespace ibot::data {

std::span<const std::string> parts_class_names() {
  static const std::array<std::string, parts::kKinds> names{"car",   "bus",          "bicycle", "aeroplane",
                                                            "house", "sailing_boat", "tree",    "flower",
                                                            "dog",   "bird",         "fish",    "butterfly"};
  return names;
}

std::span<const std::string> parts_part_names() {
  static const std::array<std::string, parts::kParts> names{
      "background", "wheel", "window", "panel", "lamp",   "rod",  "saddle", "wall", "roof",
      "door",       "leaf",  "stem",   "petal", "centre", "wing", "tail",   "head", "ear",
      "eye",        "beak",  "torso",  "leg",   "fin",    "hull", "sail",   "fruit"};
  return names;
}

}  // namespace ibot::data
