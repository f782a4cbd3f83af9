// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.h"

#include <ibot/record/state.h>

#include <algorithm>

namespace ibot::record {
namespace {

constexpr NameTable<State, 8> kNames{{{State::Created, "created"},
                                      {State::Preparing, "preparing"},
                                      {State::Running, "running"},
                                      {State::Paused, "paused"},
                                      {State::Finishing, "finishing"},
                                      {State::Completed, "completed"},
                                      {State::Stopped, "stopped"},
                                      {State::Failed, "failed"}}};

struct Transition {
  State from;
  State to;
};

constexpr Transition kLegal[] = {
    {State::Created, State::Preparing},
    {State::Created, State::Stopped},  // withdrawn before a trainer took it

    {State::Preparing, State::Running},
    {State::Preparing, State::Stopped},
    {State::Preparing, State::Failed},

    {State::Running, State::Paused},
    {State::Running, State::Finishing},
    {State::Running, State::Stopped},
    {State::Running, State::Failed},

    {State::Paused, State::Running},
    {State::Paused, State::Finishing},  // `stop` while paused
    {State::Paused, State::Stopped},
    {State::Paused, State::Failed},

    {State::Finishing, State::Running},  // extended while the last checkpoint was written
    {State::Finishing, State::Completed},
    {State::Finishing, State::Stopped},
    {State::Finishing, State::Failed},

    {State::Completed, State::Running},    // extended, the trainer still being there
    {State::Completed, State::Preparing},  // extended, by a trainer started for it
    {State::Stopped, State::Preparing},    // resumed
    {State::Failed, State::Preparing},     // resumed
};

}  // namespace

std::string_view to_string(State state) {
  return name_in(kNames, state);
}

std::optional<State> parse_state(std::string_view name) {
  return value_in(kNames, name);
}

bool is_legal(State from, State to) {
  return std::any_of(std::begin(kLegal), std::end(kLegal),
                     [&](const Transition& legal) { return legal.from == from && legal.to == to; });
}

bool is_active(State state) {
  return state == State::Preparing || state == State::Running || state == State::Paused ||
         state == State::Finishing;
}

bool is_ended(State state) {
  return state == State::Completed || state == State::Stopped || state == State::Failed;
}

}  // namespace ibot::record
