// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command.h"

namespace ibot::cli {

/// `ibot inspect laboratory`: the crops and masks that training would draw of one picture.
void add_laboratory(CLI::App& group);

}  // namespace ibot::cli
