// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/test/golden.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::test {
namespace {

// The list of kinds in CMakeLists.txt, from which the coverage test knows what is supported, tells the truth.
TEST(GoldenKinds, AreThoseOfTheBuildFile) {
  std::vector<std::string> listed = base::split(IBOT_GOLDEN_KINDS, ',');
  std::erase(listed, "");
  EXPECT_THAT(golden_kinds_of_this_program(), ::testing::UnorderedElementsAreArray(listed));
}

}  // namespace
}  // namespace ibot::test
