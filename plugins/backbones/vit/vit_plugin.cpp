// SPDX-License-Identifier: GPL-3.0-or-later
#include "vit.h"

#include <ibot/sdk/plugin.h>

IBOT_PLUGIN(Backbone, ibot::vit::Vit, "vit", "1.0.0",
            "Vision Transformer of iBOT, DINO and timm: tiny, small, base, large and free sizes.");
