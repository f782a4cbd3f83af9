// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body.h"

#include <ibot/data/crop_recipe.h>

// Between what was drawn for a crop and JSON. Its size is told beside it.
namespace ibot::protocol {

inline constexpr std::int64_t kMostSide = 100'000;  // px

nlohmann::json crop_json(const data::CropRecipe& crop);
/// `told` is untrusted; what is wrong with it is said by `outer`.
data::CropRecipe read_crop(const nlohmann::json& told, int size, BodyReader& outer);

}  // namespace ibot::protocol
