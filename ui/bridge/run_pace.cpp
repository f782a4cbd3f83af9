// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pace.h"

#include <algorithm>

namespace ibot::ui {

std::vector<std::int64_t> rests_of(const std::vector<record::Command>& commands,
                                   const std::vector<record::Event>& events) {
  std::vector<std::int64_t> rests;
  for (const record::Command& command : commands) {
    if (command.kind == record::CommandKind::Pause && command.taken) rests.push_back(*command.taken);
  }
  for (const record::Event& event : events) {
    if (event.kind == "resumed") rests.push_back(event.time);
  }
  return rests;
}

double seconds_per_step(const std::vector<record::CurvePoint>& points,
                        const std::vector<std::int64_t>& rests) {
  std::int64_t steps = 0, micros = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const record::CurvePoint& from = points[i - 1];
    const record::CurvePoint& to = points[i];
    const bool rested = std::any_of(rests.begin(), rests.end(),
                                    [&](std::int64_t time) { return time >= from.time && time <= to.time; });
    if (rested || to.step <= from.step || to.time < from.time) continue;
    steps += to.step - from.step;
    micros += to.time - from.time;
  }
  return steps > 0 ? static_cast<double>(micros) / 1e6 / static_cast<double>(steps) : 0;
}

}  // namespace ibot::ui
