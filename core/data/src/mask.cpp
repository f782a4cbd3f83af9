// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/mask.h>

namespace ibot::data {

MaskStrategy::~MaskStrategy() = default;

}  // namespace ibot::data
