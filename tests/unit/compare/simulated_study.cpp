// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_study.h"

#include <ibot/base/random.h>

#include <algorithm>
#include <cmath>

namespace ibot::compare::test {

double share_of_studies_with_a_verdict(const SimulatedStudies& studies) {
  std::size_t called = 0;
  for (std::size_t study = 0; study < studies.studies; ++study) {
    base::RandomStream random(20261127, base::Purpose::Test, studies.seeds, study, studies.variants);
    std::vector<double> shared(studies.seeds);
    for (double& value : shared) value = 45 + random.normal();
    std::vector<Variant> variants(studies.variants + 1);
    for (std::size_t i = 0; i < variants.size(); ++i) {
      for (std::size_t seed = 0; seed < studies.seeds; ++seed) {
        // The difference of two such values has a standard deviation of 1.
        const double noise = random.normal() / std::sqrt(2.0);
        const double effect = i == 0 ? 0 : studies.effect;
        variants[i].values.push_back({std::to_string(seed), shared[seed] + noise + effect});
      }
    }
    const auto compared = compare_to_baseline(variants, 0, Direction::HigherIsBetter);
    called += std::any_of(compared.begin(), compared.end(), [](const Comparison& comparison) {
      return comparison.verdict == Verdict::Better || comparison.verdict == Verdict::Worse;
    });
  }
  return static_cast<double>(called) / static_cast<double>(studies.studies);
}

}  // namespace ibot::compare::test
