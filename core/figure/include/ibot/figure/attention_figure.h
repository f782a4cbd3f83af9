// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>
#include <ibot/figure/picture.h>

#include <string>
#include <vector>

namespace ibot::figure {

/// What the maps of a figure share.
enum class ColourRange : unsigned char {
  Shared = 1,  ///< one range for all maps: heads can be compared; a colour bar says what it is
  PerMap,      ///< each map from its own smallest to its own largest value, written under it
};

/// The attention of one query token over the patches: the picture, the mean over heads, and one map a head.
struct AttentionFigure {
  std::string title;                      ///< "Attention of the CLS token"
  std::string subtitle;                   ///< "layer 12 of 12 · teacher · step 48,000"
  std::vector<std::string> caption;       ///< paragraphs: method, weights, picture; the colour range is added
  PictureView picture;                    ///< what the model saw
  int rows = 0, columns = 0;              ///< of the patch grid
  std::vector<std::vector<float>> heads;  ///< [heads][rows * columns], 1 to 64 heads
  ColourMap colours = ColourMap::Inferno;
  ColourRange range = ColourRange::Shared;
  Upsampling upsampling = Upsampling::Nearest;
  Theme theme = Theme::Light;
};

/// Values that are not finite are drawn grey and counted in the caption.
/// Errors: InvalidArgument (a picture, grid or head of the wrong size, no heads or too many).
IBOT_API base::Result<Figure> draw_attention(const AttentionFigure& content);

}  // namespace ibot::figure
