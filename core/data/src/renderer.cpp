// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/renderer.h>

namespace ibot::data {

SampleRenderer::~SampleRenderer() = default;

}  // namespace ibot::data
