// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstdint>
#include <vector>

namespace ibot::data {

struct SamplerOptions {
  std::int64_t pictures = 0;  ///< size of the data set
  std::int64_t batch = 0;     ///< pictures of one batch on one rank
  std::uint64_t seed = 0;     ///< the same on every rank
  int rank = 0;
  int world_size = 1;
};

/// Which pictures make up which batch: a pure function of (seed, step), so that a resumed run needs nothing
/// but its step. An epoch is one Fisher-Yates shuffle of all pictures, keyed by (seed, Purpose::Order,
/// epoch). Ranks take turns in it (rank r takes places r, r + W, r + 2W, ...; the order is filled up from its
/// start so that all get equally many), and an incomplete last batch is left out: torch's DistributedSampler
/// with drop_last (spec 1.8).
///
/// Keeps the order of the last epoch asked for: one thread at a time, each user its own copy.
class IBOT_API Sampler {
 public:
  /// Errors: InvalidArgument (a batch larger than a rank's share, nothing to sample).
  static base::Result<Sampler> create(const SamplerOptions& options);

  std::int64_t batch() const { return options_.batch; }
  std::uint64_t seed() const { return options_.seed; }
  std::int64_t steps_per_epoch() const { return steps_per_epoch_; }
  std::int64_t epoch_of_step(std::int64_t step) const { return step / steps_per_epoch_; }

  /// Indices into the data set, [B]. Precondition: step >= 0.
  std::vector<std::int64_t> samples_of_step(std::int64_t step);

 private:
  explicit Sampler(const SamplerOptions& options, std::int64_t steps_per_epoch)
      : options_(options), steps_per_epoch_(steps_per_epoch) {}

  SamplerOptions options_;
  std::int64_t steps_per_epoch_ = 0;
  std::int64_t ordered_epoch_ = -1;
  std::vector<std::int64_t> order_;
};

/// The permutation of 0 .. pictures-1 that is epoch `epoch`.
IBOT_API std::vector<std::int64_t> epoch_order(std::uint64_t seed, std::int64_t epoch, std::int64_t pictures);

}  // namespace ibot::data
