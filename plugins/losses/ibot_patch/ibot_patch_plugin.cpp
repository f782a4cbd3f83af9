// SPDX-License-Identifier: GPL-3.0-or-later
#include "ibot_patch.h"

#include <ibot/sdk/plugin.h>

IBOT_PLUGIN(Loss, ibot::losses::IbotPatch, "ibot_patch", "1.0.0",
            "Masked image modelling with the teacher as tokenizer, the second term of iBOT.");
