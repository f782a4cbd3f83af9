// SPDX-License-Identifier: GPL-3.0-or-later
#include "job_ring.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/batch_stream.h>

#include <utility>

namespace ibot::data {

StreamOptions StreamOptions::from(const DataOptions& options) {
  StreamOptions stream;
  stream.workers = options.workers;
  stream.slots = options.slots;
  stream.niceness = options.niceness;
  return stream;
}

/// The slots' batches, and how one picture's place in them is filled.
class BatchStream::Filler : public JobRing::Client {
 public:
  Filler(const Dataset& dataset, Sampler sampler, const RendererFactory& make_renderer,
         const StreamOptions& options)
      : dataset_(dataset), sampler_(std::move(sampler)), slots_(static_cast<std::size_t>(options.slots)) {
    for (int worker = 0; worker < options.workers; ++worker) renderers_.push_back(make_renderer());
    ring_ =
        std::make_unique<JobRing>(*this, JobRing::Options{options.workers, options.slots, options.niceness,
                                                          options.first_step, options.end_step});
  }

  int begin(int slot, std::int64_t step) override {
    Slot& work = slots_[static_cast<std::size_t>(slot)];
    work.indices = sampler_.samples_of_step(step);
    work.substituted.assign(work.indices.size(), 0);
    Batch& batch = work.batch;
    batch.step = step;
    batch.epoch = sampler_.epoch_of_step(step);
    batch.images = static_cast<int>(work.indices.size());
    batch.samples.resize(work.indices.size());
    batch.labels.resize(work.indices.size());
    renderers_.front()->shape(batch);
    return batch.images;
  }

  void run(int worker, int slot, int job, const std::stop_token& stop) override {
    Slot& work = slots_[static_cast<std::size_t>(slot)];
    SampleRenderer& renderer = *renderers_[static_cast<std::size_t>(worker)];
    const auto place = static_cast<std::size_t>(job);
    const Sample asked = dataset_.sample(work.indices[place]);
    if (render(renderer, work, job, work.indices[place], stop)) return;

    // Skipping what is known to be bad is only a short cut: it would fail again. So the choice does not
    // depend on what other workers or earlier steps have found.
    base::RandomStream random(sampler_.seed(), base::Purpose::Substitute,
                              static_cast<std::uint64_t>(work.batch.epoch), asked.id);
    work.substituted[place] = 1;
    for (int attempt = 0; attempt < kSubstituteTries && !stop.stop_requested(); ++attempt) {
      const auto index = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(dataset_.size())));
      if (render(renderer, work, job, index, stop)) return;
    }
    if (stop.stop_requested()) return;
    throw base::Exception({base::ErrorCode::Corrupt,
                           base::str("no readable picture: ", base::quote_untrusted(asked.path, 200), " and ",
                                     kSubstituteTries, " others drawn in its place cannot be read"),
                           "a data set that can mostly be read", "Check the data set's files"});
  }

  BatchLease next() {
    const std::optional<int> slot = ring_->acquire();
    if (!slot) return {};
    const Slot& work = slots_[static_cast<std::size_t>(*slot)];
    const std::lock_guard lock(statistics_mutex_);
    ++batches_;
    for (const std::uint8_t one : work.substituted) substituted_ += one;
    return {SlotLease(*ring_, *slot), work.batch};
  }

  StreamStatistics statistics() const {
    StreamStatistics statistics;
    statistics.wait_seconds = ring_->waited_seconds();
    statistics.bad_pictures = bad_.count();
    statistics.bad = bad_.kept();
    const std::lock_guard lock(statistics_mutex_);
    statistics.batches = batches_;
    statistics.substituted = substituted_;
    return statistics;
  }

  JobRing& ring() { return *ring_; }

 private:
  struct Slot {
    Batch batch;
    std::vector<std::int64_t> indices;      // [B], as sampled
    std::vector<std::uint8_t> substituted;  // [B]
  };

  // Fills one place with one picture. False: it cannot be read (or the work is cancelled).
  bool render(SampleRenderer& renderer, Slot& work, int item, std::int64_t index,
              const std::stop_token& stop) {
    if (bad_.contains(index)) return false;
    const Sample sample = dataset_.sample(index);
    work.batch.samples[static_cast<std::size_t>(item)] = sample.id;
    work.batch.labels[static_cast<std::size_t>(item)] = sample.label;
    const base::Status rendered =
        renderer.render({index, sample.id, work.batch.epoch, item}, stop, work.batch);
    if (!rendered && rendered.error().code != base::ErrorCode::Cancelled)
      bad_.add(dataset_, index, rendered.error());
    return rendered.ok();
  }

  const Dataset& dataset_;
  Sampler sampler_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<SampleRenderer>> renderers_;
  BadPictures bad_;
  mutable std::mutex statistics_mutex_;
  std::int64_t batches_ = 0, substituted_ = 0;
  std::unique_ptr<JobRing> ring_;  // last: its threads use everything above
};

BatchStream::BatchStream(const Dataset& dataset, Sampler sampler, const RendererFactory& make_renderer,
                         const StreamOptions& options)
    : filler_(std::make_unique<Filler>(dataset, std::move(sampler), make_renderer, options)) {}

BatchStream::~BatchStream() = default;

BatchLease BatchStream::next() {
  return filler_->next();
}

void BatchStream::cancel() {
  filler_->ring().cancel();
}

StreamStatistics BatchStream::statistics() const {
  return filler_->statistics();
}

}  // namespace ibot::data
