// SPDX-License-Identifier: GPL-3.0-or-later
#include "user_cache.h"

#include <cstdlib>

namespace ibot::data {

std::filesystem::path user_cache_folder() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg == '/') return std::filesystem::path(xdg) / "ibot-workbench";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::filesystem::path(home) / ".cache" / "ibot-workbench";
  return {};
}

}  // namespace ibot::data
