// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/colour.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// Relative luminance Y, 0 to 1.
double luminance(Colour colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
}

struct MapName {
  ColourMap map;
  std::string_view name;
};
constexpr std::array kMapNames{MapName{ColourMap::Viridis, "viridis"}, MapName{ColourMap::Magma, "magma"},
                               MapName{ColourMap::Inferno, "inferno"},
                               MapName{ColourMap::Difference, "difference"}};

// Coefficients of degree 0 to 6 for red, green and blue: least-squares fits of the maps that S. van der Walt
// and N. Smith published (2015, public domain), as given by M. Zucker (public domain). Off by at most 2 % of
// the range.
using Polynomial = std::array<std::array<double, 3>, 7>;

constexpr Polynomial kViridis{{{0.2777273272234177, 0.005407344544966578, 0.3340998053353061},
                               {0.1050930431085774, 1.404613529898575, 1.384590162594685},
                               {-0.3308618287255563, 0.214847559468213, 0.09509516302823659},
                               {-4.634230498983486, -5.799100973351585, -19.33244095627987},
                               {6.228269936347081, 14.17993336680509, 56.69055260068105},
                               {4.776384997670288, -13.74514537774601, -65.35303263337234},
                               {-5.435455855934631, 4.645852612178535, 26.3124352495832}}};

constexpr Polynomial kMagma{{{-0.002136485053939582, -0.000749655052795221, -0.005386127855323933},
                             {0.2516605407371642, 0.6775232436837668, 2.494026599312351},
                             {8.353717279216625, -3.577719514958484, 0.3144679030132573},
                             {-27.66873308576866, 14.26473078096533, -13.64921318813922},
                             {52.17613981234068, -27.94360607168351, 12.94416944238394},
                             {-50.76852536473588, 29.04658282127291, 4.23415299384598},
                             {18.65570506591883, -11.48977351997711, -5.601961508734096}}};

constexpr Polynomial kInferno{{{0.0002189403691192265, 0.001651004631001012, -0.01948089843709184},
                               {0.1065134194856116, 0.5639564367884091, 3.932712388889277},
                               {11.60249308247187, -3.972853965665698, -15.9423941062914},
                               {-41.70399613139459, 17.43639888205313, 44.35414519872813},
                               {77.162935699427, -33.40235894210092, -81.80730925738993},
                               {-71.31942824499214, 32.62606426397723, 73.20951985803202},
                               {25.13112622477341, -12.24266895238567, -23.07032500287172}}};

Colour evaluate(const Polynomial& polynomial, double t) {
  std::array<double, 3> value{};
  for (auto degree = polynomial.rbegin(); degree != polynomial.rend(); ++degree) {
    for (std::size_t channel = 0; channel < 3; ++channel)
      value[channel] = value[channel] * t + (*degree)[channel];
  }
  return {to_byte(value[0]), to_byte(value[1]), to_byte(value[2])};
}

// Two ramps of nearly linear lightness that meet in an almost white middle.
Colour difference_colour(double t) {
  constexpr std::array kStops{colour_from_hex(0x16437e), colour_from_hex(0x4a86c5), colour_from_hex(0xa9c8e6),
                              colour_from_hex(0xf5f5f3), colour_from_hex(0xf0b4a2), colour_from_hex(0xd3604f),
                              colour_from_hex(0x851426)};
  const double position = t * (kStops.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(position), kStops.size() - 2);
  return blend(kStops[below], kStops[below + 1], position - static_cast<double>(below));
}

constexpr std::array<std::uint32_t, kClusterColours> kClusters{
    0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0xd55e00, 0x0072b2, 0xb2a800, 0x999999,
    0x7dfbc1, 0xa31b64, 0xf5befa, 0x695f01, 0xf6e12b, 0x9b6ae4, 0x7f33a5, 0x29d885,
    0xe6c3a2, 0x896c8c, 0x1de4f4, 0xdc85f7, 0x2f6866, 0xb7291b, 0xfa8882, 0x3296b4,
    0x2794fb, 0x8c8234, 0xd34570, 0xb3d12c, 0x8fc4b4, 0x53aa2d, 0xe49ec9, 0xbf4da8};

}  // namespace

double contrast(Colour a, Colour b) {
  const double first = luminance(a), second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

double lightness(Colour colour) {
  const double y = luminance(colour);
  return y <= 216.0 / 24389.0 ? y * 24389.0 / 27.0 : 116 * std::cbrt(y) - 16;
}

Colour blend(Colour a, Colour b, double amount) {
  const auto mix = [amount](std::uint8_t from, std::uint8_t to) {
    return to_byte(((1 - amount) * from + amount * to) / 255.0);
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

const Style& style_of(Theme theme) {
  static constexpr Style kLight{colour_from_hex(0xffffff), colour_from_hex(0xdfe3e8),
                                colour_from_hex(0x1c2127), colour_from_hex(0x57616c),
                                colour_from_hex(0x8a949f)};
  static constexpr Style kDark{colour_from_hex(0x15181c), colour_from_hex(0x30363e),
                               colour_from_hex(0xe8ebee), colour_from_hex(0xa3adb8),
                               colour_from_hex(0x6f7985)};
  return theme == Theme::Dark ? kDark : kLight;
}

std::string_view to_string(ColourMap map) {
  return std::find_if(kMapNames.begin(), kMapNames.end(), [map](const MapName& m) { return m.map == map; })
      ->name;
}

std::optional<ColourMap> parse_colour_map(std::string_view name) {
  const auto* found =
      std::find_if(kMapNames.begin(), kMapNames.end(), [name](const MapName& m) { return m.name == name; });
  if (found == kMapNames.end()) return std::nullopt;
  return found->map;
}

Colour map_colour(ColourMap map, double value) {
  const double t = std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0);
  switch (map) {
    case ColourMap::Viridis:
      return evaluate(kViridis, t);
    case ColourMap::Magma:
      return evaluate(kMagma, t);
    case ColourMap::Inferno:
      return evaluate(kInferno, t);
    case ColourMap::Difference:
      return difference_colour(t);
  }
  return {};
}

Colour series_colour(std::size_t index, Theme theme) {
  Colour colour = colour_from_hex(kClusters[index % kSeriesColours]);
  if (theme == Theme::Light) {
    while (contrast(colour, style_of(theme).base) < 3) colour = blend(colour, {}, 0.04);
  }
  return colour;
}

Colour cluster_colour(std::size_t index) {
  return colour_from_hex(kClusters[index % kClusterColours]);
}

}  // namespace ibot::figure
