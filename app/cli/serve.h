// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

namespace ibot::cli {

/// `ibot inspect --serve`: answers the messages of core/protocol on standard input and output until the input
/// ends. What plugins print goes to standard error. The window's private child; a plugin that crashes here
/// takes this process alone.
base::Status serve_inspection();

}  // namespace ibot::cli
