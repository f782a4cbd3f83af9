// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/data/bad_pictures.h>
#include <ibot/data/batch.h>
#include <ibot/data/dataset.h>
#include <ibot/data/lease.h>
#include <ibot/data/options.h>
#include <ibot/data/renderer.h>
#include <ibot/data/sampler.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace ibot::data {

struct IBOT_API StreamOptions {
  int workers = 2;
  int slots = 4;
  int niceness = 0;
  std::int64_t first_step = 0;
  std::int64_t end_step =
      std::numeric_limits<std::int64_t>::max();  ///< exclusive: nothing is rendered beyond it

  /// Workers, slots and niceness of the data section.
  static StreamOptions from(const DataOptions& options);
};

struct StreamStatistics {
  std::int64_t batches = 0;  ///< handed out
  double wait_seconds = 0;   ///< the consumer waited for data
  std::int64_t substituted =
      0;  ///< places that another picture took, counted when their batch was handed out
  std::int64_t bad_pictures = 0;
  std::vector<BadPicture> bad;  ///< the first of them, by index
};

using BatchLease = Lease<Batch>;

/// Training batches, filled ahead by worker threads and handed out in the order of steps. Their bytes depend
/// on the data set, the sampler, the renderer's options and the step: neither on the number of workers nor on
/// where the stream began.
///
/// A picture that cannot be read is counted and named, and its place is filled by another one: the first
/// readable of a sequence drawn by (seed, Purpose::Substitute, epoch, sample id). After kSubstituteTries
/// unreadable ones the batch fails with Exception (Corrupt).
///
///   BatchStream stream(dataset, sampler, [&] { return make_renderer(); }, options);
///   while (BatchLease batch = stream.next()) train(*batch);
///
/// `dataset` outlives the stream, and the stream outlives its leases.
class IBOT_API BatchStream {
 public:
  BatchStream(const Dataset& dataset, Sampler sampler, const RendererFactory& make_renderer,
              const StreamOptions& options);
  /// Stops the workers; each ends the picture that it has in hand.
  ~BatchStream();
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// Waits for the next batch; an empty lease at the end. Throws what a worker threw for this batch, and
  /// Exception (Cancelled) after cancel(). One consumer thread.
  BatchLease next();
  /// Makes next() answer at once, now and from now on. Any thread.
  void cancel();
  /// Any thread.
  StreamStatistics statistics() const;

  static constexpr int kSubstituteTries = 32;

 private:
  class Filler;
  std::unique_ptr<Filler> filler_;
};

}  // namespace ibot::data
