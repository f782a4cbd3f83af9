// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/sampler.h>

#include <numeric>

namespace ibot::data {

std::vector<std::int64_t> epoch_order(std::uint64_t seed, std::int64_t epoch, std::int64_t pictures) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(pictures));
  std::iota(order.begin(), order.end(), 0);
  base::RandomStream random(seed, base::Purpose::Order, static_cast<std::uint64_t>(epoch), 0);
  random.shuffle(std::span(order));
  return order;
}

base::Result<Sampler> Sampler::create(const SamplerOptions& options) {
  using base::str;
  const auto refused = [](std::string message, std::string hint) {
    return base::Error{base::ErrorCode::InvalidArgument, std::move(message), "", std::move(hint)};
  };
  if (options.pictures < 1) return refused("the data set holds no picture", "Check data.path");
  if (options.batch < 1)
    return refused(str("the batch holds ", options.batch, " pictures"), "Use at least 1");
  if (options.world_size < 1 || options.rank < 0 || options.rank >= options.world_size) {
    return refused(str("rank ", options.rank, " of ", options.world_size, " does not exist"), "");
  }
  const std::int64_t share = (options.pictures + options.world_size - 1) / options.world_size;
  if (options.batch > share) {
    return refused(str("a batch of ", counted(options.batch, "picture", "pictures"), " is larger than ",
                       options.world_size > 1 ? "each process's share of the data set" : "the data set", " (",
                       base::format_count(share), ")"),
                   "Choose a smaller batch or more data");
  }
  return Sampler(options, share / options.batch);
}

std::vector<std::int64_t> Sampler::samples_of_step(std::int64_t step) {
  const std::int64_t epoch = epoch_of_step(step);
  if (epoch != ordered_epoch_) {
    order_ = epoch_order(options_.seed, epoch, options_.pictures);
    ordered_epoch_ = epoch;
  }
  std::vector<std::int64_t> samples(static_cast<std::size_t>(options_.batch));
  std::int64_t place = step % steps_per_epoch_ * options_.batch;
  for (std::int64_t& sample : samples) {
    const std::int64_t position = (place++ * options_.world_size + options_.rank) % options_.pictures;
    sample = order_[static_cast<std::size_t>(position)];
  }
  return samples;
}

}  // namespace ibot::data
