// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <string>

namespace ibot::train {

/// Whether a device can be trained on here: "cpu", "cuda" or "cuda:N", as train.device names it. LibTorch's
/// CUDA part is loaded for it and stays. Errors: InvalidArgument (another name), NotFound (no CUDA part, or
/// no GPU).
IBOT_API base::Status check_device(const std::string& name);

}  // namespace ibot::train
