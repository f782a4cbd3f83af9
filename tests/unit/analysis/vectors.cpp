// SPDX-License-Identifier: GPL-3.0-or-later
#include "vectors.h"

#include <fstream>

namespace ibot::test {

const nlohmann::json& vectors() {
  static const nlohmann::json kVectors = [] {
    std::ifstream file(IBOT_TEST_VECTORS);
    return nlohmann::json::parse(file);
  }();
  return kVectors;
}

}  // namespace ibot::test
