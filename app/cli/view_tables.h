// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/message.h>
#include <ibot/protocol/views.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

// Numbers of views as tables and arrays that say which patch of which picture each one is of.
namespace ibot::cli {

/// A map for each picture: "picture,row,column,VALUE". maps [pictures][rows * columns].
std::string map_table(std::span<const protocol::SeenPicture> pictures,
                      const std::vector<std::vector<float>>& maps, std::string_view value);
/// For each network and picture: "network,source,step,picture,row,column,VALUE".
/// maps [networks * pictures][rows * columns].
std::string map_table(std::span<const protocol::SeenNetwork> networks,
                      std::span<const protocol::SeenPicture> pictures,
                      const std::vector<std::vector<float>>& maps, std::string_view value);

/// Gives the flat array `name` of the answer, one value for each patch, the shape [pictures, rows, columns];
/// with `networks` [networks, pictures, rows, columns]. Where the pictures' grids differ it stays flat, and
/// an array "grids" [pictures, 2] says rows and columns of each. `channels`: values a patch, the last
/// dimension where there are several. Without that array nothing happens.
void shape_maps(protocol::Message& answer, std::string_view name,
                std::span<const protocol::SeenPicture> pictures, std::size_t networks = 0, int channels = 1);

}  // namespace ibot::cli
