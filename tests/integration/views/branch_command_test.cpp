// SPDX-License-Identifier: GPL-3.0-or-later
// `ibot branch`: what is refused before a run is recorded.
#include "program.h"

#include <ibot/base/error.h>
#include <ibot/record/reader.h>

#include <gtest/gtest.h>

namespace ibot::test {
namespace {

TEST(BranchCommand, RefusesANetworkOfOtherSizesBeforeARunIsMade) {
  const std::filesystem::path folder = trained_workspace().folder;
  const auto runs = [&] {
    return record::Reader::open(record::Workspace::open(folder).value()).value().runs().value().size();
  };
  const std::size_t before = runs();
  for (const char* change : {"backbone.depth=3", "head.out_dim=96"}) {
    const Finished refused =
        run_program({"branch", "small", "--set", change, "--detach", "-w", folder.string()});
    EXPECT_EQ(refused.code, base::exit_code(base::ErrorCode::Incompatible)) << change;
  }
  EXPECT_EQ(runs(), before);
}

}  // namespace
}  // namespace ibot::test
