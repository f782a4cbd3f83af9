// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ibot::figure {

/// sRGB, 8 bits a channel.
struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Colour&) const = default;
};

/// Colour{0x15, 0x18, 0x1c} from 0x15181c.
constexpr Colour colour_from_hex(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex)};
}

/// WCAG 2 contrast ratio, 1 to 21.
IBOT_API double contrast(Colour a, Colour b);
/// CIE L* of a colour, 0 (black) to 100 (white).
IBOT_API double lightness(Colour colour);
/// (1 - amount) * a + amount * b, channel by channel.
IBOT_API Colour blend(Colour a, Colour b, double amount);

enum class Theme : unsigned char { Light = 1, Dark };

/// Every colour of a figure that is not data's.
struct Style {
  Colour base;       ///< behind pictures and plots
  Colour line;       ///< hairlines
  Colour text;       ///< titles
  Colour secondary;  ///< labels, axes, captions
  Colour tertiary;   ///< hints, reference curves
};
IBOT_API const Style& style_of(Theme theme);

/// Maps from a number in [0, 1] to a colour. The first three are perceptually uniform and readable for
/// colour-blind eyes and in grey print.
enum class ColourMap : unsigned char {
  Viridis = 1,  ///< similarity
  Magma,        ///< attention
  Inferno,      ///< attention
  Difference,   ///< blue, white, red; 0.5 is no difference
};
IBOT_API std::string_view to_string(ColourMap map);
IBOT_API std::optional<ColourMap> parse_colour_map(std::string_view name);

/// Values outside [0, 1] are clamped; NaN gives the colour of 0 (callers draw it as missing).
IBOT_API Colour map_colour(ColourMap map, double value);

/// Runs and curves: eight colours that colour-blind eyes tell apart, in a fixed order, darkened for the light
/// theme until their contrast to the base is at least 3. Indices wrap; dash patterns tell the rounds apart.
constexpr std::size_t kSeriesColours = 8;
IBOT_API Colour series_colour(std::size_t index, Theme theme);

/// Clusters and prototypes: 32 colours in a fixed order, each as far as possible from those before it (in
/// Oklab, with and without simulated deuteranopia). Indices wrap.
constexpr std::size_t kClusterColours = 32;
IBOT_API Colour cluster_colour(std::size_t index);

}  // namespace ibot::figure
