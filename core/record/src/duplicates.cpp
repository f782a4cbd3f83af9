// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/record/duplicates.h>

namespace ibot::record {

Duplicates find_duplicates(std::span<const Run> runs, const Hashes& hashes) {
  Duplicates found;
  for (const Run& run : runs) {
    if (run.parent || run.hashes.config != hashes.config || run.hashes.plugins != hashes.plugins ||
        run.hashes.data != hashes.data)
      continue;
    (run.hashes.seed == hashes.seed ? found.same_seed : found.other_seeds).push_back(run);
  }
  return found;
}

}  // namespace ibot::record
