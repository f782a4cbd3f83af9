// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace ibot::data {

/// ${XDG_CACHE_HOME:-~/.cache}/ibot-workbench; empty where neither is known. What lies there can be made
/// again.
std::filesystem::path user_cache_folder();

}  // namespace ibot::data
