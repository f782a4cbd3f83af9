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

EffectiveStatus effective_status(const Run& run, std::int64_t now,
                                 const std::function<Aliveness(const ProcessIdentity&)>& judge) {
  EffectiveStatus status{run.state, false, false, 0, std::string(to_string(run.state))};
  if (!is_active(run.state)) return status;
  status.heartbeat_age = std::max<std::int64_t>(0, now - run.heartbeat);
  status.silent = status.heartbeat_age > kSilenceMicros;
  const Aliveness aliveness = judge(run.process);
  if (aliveness == Aliveness::Gone) {
    status.died = true;
    status.text = base::str("died: process ", run.process.pid, " is gone, last sign of life ",
                            age_text(status.heartbeat_age), " ago");
  } else if (status.silent && aliveness == Aliveness::Unknown) {
    status.died = true;
    status.text =
        base::str("died: process ", run.process.pid, " on ", base::quote_untrusted(run.process.host),
                  " has been silent for ", age_text(status.heartbeat_age));
  } else if (status.silent) {
    status.text += base::str(", but silent for ", age_text(status.heartbeat_age), " (suspended, or hangs)");
  }
  if (status.died) {
    status.state = State::Failed;
    status.silent = false;
  }
  return status;
}

}  // namespace ibot::record
