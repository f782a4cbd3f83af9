// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/random.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ibot::data::parts {

/// What a stream of draws is for. Streams are apart, so that one more draw in a background leaves every
/// object as it was. Values are part of what a seed means.
enum class Aspect : std::uint64_t { Backdrop = 1, Light, Palette, Figure, Placement, Grade, Group };

/// The draws of one aspect of one scene, or of one of the objects in it: base::RandomStream with the
/// distributions that drawing needs.
///
/// Compilers evaluate function arguments and operands in an order of their choice, so a statement makes at
/// most one draw, or several inside one braced list, which is evaluated from left to right.
class Draw {
 public:
  Draw(std::uint64_t seed, std::uint64_t index, Aspect aspect, int object = 0)
      : stream_(seed, base::Purpose::Scene, static_cast<std::uint64_t>(object), index,
                static_cast<std::uint64_t>(aspect)) {}

  float in(float low, float high) { return low + (high - low) * static_cast<float>(stream_.uniform()); }
  /// Triangular between low and high: the middle is likelier than the ends.
  float near_middle(float low, float high) { return 0.5F * (in(low, high) + in(low, high)); }
  bool chance(float p) { return in(0, 1) < p; }
  float sign() { return chance(0.5F) ? 1.0F : -1.0F; }
  int below(int bound) { return static_cast<int>(stream_.below(static_cast<std::uint64_t>(bound))); }
  /// Between low and high inclusive.
  int integer(int low, int high) { return low + below(high - low + 1); }
  template <class T, std::size_t N>
  const T& one_of(const std::array<T, N>& items) {
    return items[static_cast<std::size_t>(below(static_cast<int>(N)))];
  }

 private:
  base::RandomStream stream_;
};

}  // namespace ibot::data::parts
