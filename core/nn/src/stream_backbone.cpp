// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/nn/stream_backbone.h>

namespace ibot::nn {

StreamBackbone::~StreamBackbone() = default;

}  // namespace ibot::nn
