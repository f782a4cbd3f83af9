// SPDX-License-Identifier: GPL-3.0-or-later
#include "koleo.h"

#include <ibot/sdk/plugin.h>

IBOT_PLUGIN(
    Loss, ibot::losses::KoLeo, "koleo", "1.0.0",
    "Spreads the CLS tokens of a batch over the sphere, as DINOv2 does; helps small batches and short runs.");
