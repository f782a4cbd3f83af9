// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace ibot::data::parts {

/// What a pixel shows: the ids in the masks. Part of the data set's format: append, never renumber.
/// Names are in vocabulary.cpp.
enum class Part : std::uint8_t {
  Background = 0,
  Wheel = 1,
  Window,
  Panel,
  Lamp,
  Rod,
  Saddle,
  Wall,
  Roof,
  Door,
  Leaf,
  Stem,
  Petal,
  Centre,
  Wing,
  Tail,
  Head,
  Ear,
  Eye,
  Beak,
  Torso,
  Leg,
  Fin,
  Hull,
  Sail,
  Fruit,
};

/// The labels, in the order of their indices. Part of the data set's format: append, never renumber.
enum class Kind : std::uint8_t {
  Car = 0,  // an index of classes, which count from 0
  Bus,
  Bicycle,
  Aeroplane,
  House,
  SailingBoat,
  Tree,
  Flower,
  Dog,
  Bird,
  Fish,
  Butterfly,
};

inline constexpr int kKinds = 12;
inline constexpr int kParts = 26;  // the background included

}  // namespace ibot::data::parts
