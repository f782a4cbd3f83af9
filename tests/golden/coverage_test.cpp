// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/test/golden.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace ibot::test {
namespace {

class GoldenCoverage : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenCoverage);

// One test a case folder; a folder that nothing runs is a skipped test with its reason, not silence.
TEST_P(GoldenCoverage, KindIsSupported) {
  const GoldenCase golden(golden_root() / GetParam());
  ASSERT_FALSE(golden.kind().empty()) << "case.json names no kind";
  const std::vector<std::string> supported = base::split(IBOT_GOLDEN_KINDS, ',');
  if (std::find(supported.begin(), supported.end(), golden.kind()) == supported.end()) {
    GTEST_SKIP() << "kind " << golden.kind() << " is not yet supported";
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenCoverage, ::testing::ValuesIn(golden_names()), golden_test_name);

TEST(GoldenRoot, HasCases) {
  EXPECT_FALSE(golden_names().empty()) << "no case folder below " << golden_root();
}

}  // namespace
}  // namespace ibot::test
