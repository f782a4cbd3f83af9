// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/record/liveness.h>

#include <algorithm>

namespace ibot::record {
namespace {

std::string age_text(std::int64_t micros) {
  return base::format_duration(static_cast<double>(micros) * 1e-6);
}

}  // namespace

Life judge_life(const ProcessIdentity& process, std::int64_t heartbeat, std::int64_t now,
                const std::function<Aliveness(const ProcessIdentity&)>& judge) {
  Life life;
  life.age = std::max<std::int64_t>(0, now - heartbeat);
  life.silent = life.age > kSilenceMicros;
  const Aliveness aliveness = judge(process);
  if (aliveness == Aliveness::Gone) {
    life.died = true;
    life.text =
        base::str("process ", process.pid, " is gone, last sign of life ", age_text(life.age), " ago");
  } else if (life.silent && aliveness == Aliveness::Unknown) {
    life.died = true;
    life.text = base::str("process ", process.pid, " on ", base::quote_untrusted(process.host),
                          " has been silent for ", age_text(life.age));
  } else if (life.silent) {
    life.text = base::str("silent for ", age_text(life.age), " (suspended, or hangs)");
  }
  if (life.died) life.silent = false;
  return life;
}

EffectiveStatus effective_status(const Run& run, std::int64_t now,
                                 const std::function<Aliveness(const ProcessIdentity&)>& judge) {
  EffectiveStatus status{run.state, false, false, 0, std::string(to_string(run.state))};
  if (!is_active(run.state)) return status;
  const Life life = judge_life(run.process, run.heartbeat, now, judge);
  status.heartbeat_age = life.age;
  status.died = life.died;
  status.silent = life.silent;
  if (life.died) {
    status.state = State::Failed;
    status.text = "died: " + life.text;
  } else if (life.silent) {
    status.text += ", but " + life.text;
  }
  return status;
}

}  // namespace ibot::record
