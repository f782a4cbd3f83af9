// SPDX-License-Identifier: GPL-3.0-or-later
#include "ibot_cls.h"

#include <ibot/sdk/plugin.h>

IBOT_PLUGIN(Loss, ibot::losses::IbotCls, "ibot_cls", "1.0.0",
            "Cross-view self-distillation on CLS tokens, the loss of DINO and the first term of iBOT.");
