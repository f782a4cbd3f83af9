// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/plan/duplicates.h>

#include <algorithm>

namespace ibot::plan {

std::string recorded_data_hash(const Plan& plan, std::string_view content_hash) {
  return base::sha256_hex(plan.hashes().data + std::string(content_hash));
}

const KnownRun* find_duplicate(const Plan& plan, std::string_view content_hash,
                               std::span<const KnownRun> runs) {
  const std::string data = recorded_data_hash(plan, content_hash);
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const KnownRun& run) {
    return run.config == plan.hashes().config && run.seed == plan.hashes().seed && run.data == data;
  });
  return found == runs.end() ? nullptr : &*found;
}

}  // namespace ibot::plan
