// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace ibot::bench {
namespace {

std::uint64_t status_field(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, name.size(), name) != 0) continue;
    std::istringstream text(line.substr(name.size()));
    std::uint64_t kibibytes = 0;
    return text >> kibibytes ? kibibytes * 1024 : 0;
  }
  return 0;
}

}  // namespace

std::uint64_t resident_now() {
  return status_field("VmRSS:");
}
std::uint64_t resident_peak() {
  return status_field("VmHWM:");
}

}  // namespace ibot::bench
