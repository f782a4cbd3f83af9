// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "colour.h"
#include "draw.h"
#include "geometry.h"

#include <cstdint>

namespace ibot::data::parts {

/// How a surface is painted. Each is a function of texture coordinates (u, v), in units of the object.
enum class Texture : std::uint8_t {
  Paint = 1,  ///< brush strokes
  Fur,        ///< short strokes along u
  Spots,      ///< blots of the accent colour
  Stripes,    ///< wavy bands of the accent colour across u
  Feathers,   ///< rows of long scallops
  Scales,     ///< rows of round scallops
  Bricks,
  Planks,    ///< boards along u with grain
  Shingles,  ///< rows of tiles
  Bark,      ///< ridges along v
  Foliage,   ///< dabs of light and dark
  Metal,     ///< a band of reflection across v
  Glass,     ///< diagonal sheen
  Veins,     ///< midrib along u in [0, 1] with side veins
  Cloth,     ///< seams across v, soft folds
  Speckle,   ///< fine grain
};

/// What a shape is covered with.
struct Material {
  Texture texture = Texture::Paint;
  Lab colour;
  Lab accent;        ///< second colour: spots, mortar, veins
  float scale = 1;   ///< larger: a coarser pattern
  float amount = 1;  ///< strength of the pattern
  float volume = 1;  ///< how round it looks under the light; 0 is flat
  float gloss = 0;   ///< highlight on the lit side
  float opacity = 1;
  Vec2 offset;  ///< place in the noise, so that no two things repeat each other
};

/// Pattern along a row of pixels: texture coordinates start at `start` and advance by `step`. Writes an
/// offset of lightness to tone[0..count) and the share of the accent colour to share[0..count).
void texture_row(const Material& material, Vec2 start, Vec2 step, int count, float* tone, float* share);

/// A material in a colour, with a darker or lighter accent and a drawn place in the noise.
Material material(Texture texture, Lab colour, Draw& draw);

}  // namespace ibot::data::parts
