// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness.h"

#include <ibot/base/text.h>

namespace ibot::bench {
namespace {

base::Result<Measurement> one_turn(Contender& side, int iterations, const char* who) {
  auto measurement = side.run(iterations);
  if (!measurement) return measurement.error().with_context(who);
  if (!(measurement->seconds > 0) || !(measurement->items > 0)) {
    return base::Error{
        base::ErrorCode::Corrupt,
        base::str(who, " reported ", measurement->items, " items in ", measurement->seconds, " s"),
        "both positive", ""};
  }
  return measurement;
}

}  // namespace

std::vector<double> Series::rates() const {
  std::vector<double> rates;
  rates.reserve(measurements.size());
  for (const Measurement& each : measurements) rates.push_back(each.items / each.seconds);
  return rates;
}

std::map<std::string, double> Series::stage_seconds_per_item() const {
  std::map<std::string, std::vector<double>> samples;
  for (const Measurement& each : measurements) {
    for (const auto& [stage, seconds] : each.stages) samples[stage].push_back(seconds / each.items);
  }
  std::map<std::string, double> medians;
  for (auto& [stage, values] : samples) medians[stage] = spread_of(std::move(values)).median;
  return medians;
}

std::vector<double> Comparison::ratios() const {
  const std::vector<double> our_rates = ours.rates();
  const std::vector<double> reference_rates = reference.rates();
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(our_rates.size(), reference_rates.size()); ++i) {
    ratios.push_back(our_rates[i] / reference_rates[i]);
  }
  return ratios;
}

base::Result<Comparison> alternate(Contender& ours, Contender* reference, const Rounds& rounds) {
  if (rounds.warmup > 0) {
    IBOT_TRY([[maybe_unused]] const auto our_warmup, one_turn(ours, rounds.warmup, "our side"));
    if (reference != nullptr) {
      IBOT_TRY([[maybe_unused]] const auto warmup, one_turn(*reference, rounds.warmup, "the reference"));
    }
  }
  Comparison comparison;
  for (int round = 0; round < rounds.rounds; ++round) {
    // Who begins changes, so that a machine that slows down or speeds up favours nobody.
    for (int turn = 0; turn < 2; ++turn) {
      const bool our_turn = (round % 2 == 0) == (turn == 0);
      if (our_turn) {
        IBOT_TRY(Measurement measurement, one_turn(ours, rounds.iterations, "our side"));
        comparison.ours.measurements.push_back(std::move(measurement));
      } else if (reference != nullptr) {
        IBOT_TRY(Measurement measurement, one_turn(*reference, rounds.iterations, "the reference"));
        comparison.reference.measurements.push_back(std::move(measurement));
      }
    }
  }
  return comparison;
}

}  // namespace ibot::bench
