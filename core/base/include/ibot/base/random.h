// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <array>
#include <cstdint>
#include <span>

namespace ibot::base {

/// What a draw is for. Part of the key, so that two purposes never share numbers. Values are part of the file
/// format (a resumed or replayed run draws the same numbers): append, never renumber.
enum class Purpose : std::uint32_t {
  Order = 1,         ///< order of samples in an epoch
  Crop = 2,          ///< box, flip and photometric draws of one crop
  Mask = 3,          ///< patch mask of one crop
  DropPath = 4,      ///< stochastic depth
  Init = 5,          ///< initial weights
  Substitute = 6,    ///< replacement of an unreadable picture
  Scene = 7,         ///< the built-in data set `parts`
  Cluster = 8,       ///< k-means seeding and the like
  Probe = 9,         ///< choice of pinned pictures and rows for label-free figures
  Test = 10,         ///< tests only
  TeacherCrop = 11,  ///< photometric draws of a crop that the teacher sees in colours of its own
};

/// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011, "Parallel random numbers: as easy as
/// 1, 2, 3").
///
/// A stream is a pure function of (seed, purpose, epoch, sample, crop): no state is shared, so the number of
/// workers changes nothing and a resumed run repeats nothing. Cheap to create (no warm-up); 2^32 blocks of 4
/// x 32 bits each.
///
///   RandomStream stream(seed, Purpose::Mask, epoch, sample_id, crop);
///   double x = stream.uniform(0.1, 0.5);
///
/// `epoch` must be below 2^24 and `crop` below 2^24; larger values throw Exception (InvalidArgument).
class IBOT_API RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t epoch, std::uint64_t sample,
               std::uint64_t crop = 0);

  std::uint32_t next_u32();
  std::uint64_t next_u64();

  /// Uniform in [0, 1) with 53 random bits.
  double uniform();
  /// low + (high - low) * uniform().
  double uniform(double low, double high);
  /// Uniform integer in [0, bound), without modulo bias (Lemire 2019). Precondition: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal (Box-Muller; two uniforms a value, none is kept).
  double normal();
  /// True with probability p. Draws one uniform also for p = 0 and p = 1, so that draws stay aligned.
  bool chance(double p);
  /// Fisher-Yates shuffle.
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  void refill();
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

/// One block of Philox4x32-10: 128 random bits for a counter and a key.
IBOT_API std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                 std::array<std::uint32_t, 2> key);

/// SplitMix64 finaliser: mixes an id into a well-spread 64-bit number.
IBOT_API std::uint64_t mix64(std::uint64_t value);

}  // namespace ibot::base
