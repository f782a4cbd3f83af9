// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ibot::figure {

/// Width and height in a PNG's header; zeros for anything else.
inline std::pair<std::uint32_t, std::uint32_t> png_size(const std::vector<std::byte>& png) {
  const auto number = [&png](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(png[at + i]);
    return value;
  };
  if (png.size() < 24 || png[1] != std::byte{'P'} || png[2] != std::byte{'N'} || png[3] != std::byte{'G'})
    return {0, 0};
  return {number(16), number(20)};
}

}  // namespace ibot::figure
