// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/state.h>

#include <gtest/gtest.h>

#include <string>

namespace ibot::record {
namespace {

// One row a state, one column a target, in the order of kStates: created, preparing, running, paused,
// finishing, completed, stopped, failed. Written by hand from the architecture, not from the code.
TEST(State, TransitionsAreTheWrittenOnes) {
  constexpr const char* kExpected[] = {
      ".x....x.",  // created: started, or withdrawn
      "..x...xx",  // preparing
      "...xx.xx",  // running
      "..x.x.xx",  // paused
      "..x..xxx",  // finishing: may be extended at the last moment
      ".xx.....",  // completed: extended
      ".x......",  // stopped: resumed
      ".x......",  // failed: resumed
  };
  for (std::size_t from = 0; from < kStates.size(); ++from) {
    for (std::size_t to = 0; to < kStates.size(); ++to) {
      EXPECT_EQ(is_legal(kStates[from], kStates[to]), kExpected[from][to] == 'x')
          << to_string(kStates[from]) << " -> " << to_string(kStates[to]);
    }
  }
}

TEST(State, NamesReadBack) {
  for (const State state : kStates) EXPECT_EQ(parse_state(to_string(state)), state);
  EXPECT_EQ(parse_state("sleeping"), std::nullopt);
}

// Every state is active, ended, or not yet begun.
TEST(State, KindsAreDisjoint) {
  for (const State state : kStates) {
    EXPECT_EQ(is_active(state) + is_ended(state) + (state == State::Created), 1) << to_string(state);
  }
}

}  // namespace
}  // namespace ibot::record
