// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/compare/duplicates.h>

namespace ibot::compare {

record::Hashes recorded_hashes(const plan::Plan& plan, std::string_view content_hash,
                               std::string_view init_sha256) {
  const plan::Hashes& made = plan.hashes();
  return {
      .config = init_sha256.empty() ? made.config : base::sha256_hex(made.config + std::string(init_sha256)),
      .plugins = made.plugins,
      .data = base::sha256_hex(made.data + std::string(content_hash)),
      .seed = made.seed,
      .environment = {}};
}

Duplicates find_duplicates(std::span<const record::Run> runs, const record::Hashes& hashes) {
  Duplicates found;
  for (const record::Run& run : runs) {
    if (run.parent || run.trashed || run.hashes.config != hashes.config || run.hashes.data != hashes.data)
      continue;
    const bool same_seed = run.hashes.seed == hashes.seed;
    if (run.hashes.plugins != hashes.plugins) {
      if (same_seed) found.other_builds.push_back(run);
    } else {
      (same_seed ? found.same_seed : found.other_seeds).push_back(run);
    }
  }
  return found;
}

}  // namespace ibot::compare
