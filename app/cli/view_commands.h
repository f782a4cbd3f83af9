// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command.h"

namespace ibot::cli {

/// `ibot inspect attention | similarity | correspondence`: one network and one or two pictures.
void add_picture_views(CLI::App& group);
/// `ibot inspect clusters | embedding | prediction`.
void add_patch_views(CLI::App& group);
/// `ibot inspect prototypes`: cards, pairs with another network, drift.
void add_prototype_views(CLI::App& group);
/// `ibot inspect norms | cka | agreement`.
void add_comparison_views(CLI::App& group);
/// `ibot inspect wall`: several networks over several pictures.
void add_wall_view(CLI::App& group);

}  // namespace ibot::cli
