// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/image/image.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ibot::data {

/// Grows by one whenever any picture or mask of the built-in data set `parts` changes. Recorded beside the
/// pictures and with every run that used them.
inline constexpr int kPartsGeneratorVersion = 2;

/// Index of the first validation scene. Training scenes count from 0, validation scenes from here, so that
/// the one number does not move the other's pictures.
inline constexpr std::uint64_t kPartsValidationStart = 3'000'000'000;

/// One drawn scene.
struct PartsScene {
  int label = 0;         ///< index into parts_class_names()
  image::Image picture;  ///< square, sRGB
  std::vector<std::uint8_t>
      mask;  ///< [height, width] of the picture, ids into parts_part_names(); 0 is background
};

/// The classes by label, the parts by mask id (0 is "background").
IBOT_API std::span<const std::string> parts_class_names();
IBOT_API std::span<const std::string> parts_part_names();

/// The built-in data set `parts`: drawn scenes of one to three objects of a kind, 12 classes made from a
/// shared vocabulary of 25 parts (core/data/PARTS.md). Scene i is a pure function of (seed, size, i), equal
/// to the byte on every machine; its label is i mod 12, so that any run of scenes is balanced.
///
///   const PartsGenerator generator(/*seed=*/1, /*size=*/96);
///   PartsScene scene = generator.draw(41);
///
/// Immutable; draw() may be called from any number of threads.
class IBOT_API PartsGenerator {
 public:
  /// Sizes the generator draws. Below 32 px parts are no longer recognisable.
  static constexpr int kMinimumSize = 32;
  static constexpr int kMaximumSize = 1024;

  /// Throws Exception (InvalidArgument) for a size outside [kMinimumSize, kMaximumSize].
  PartsGenerator(std::uint64_t seed, int size);

  PartsScene draw(std::uint64_t index) const;

  /// The class of a scene: index into parts_class_names().
  static int label(std::uint64_t index);

 private:
  std::uint64_t seed_;
  int size_;
};

}  // namespace ibot::data
