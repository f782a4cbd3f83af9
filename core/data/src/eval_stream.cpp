// SPDX-License-Identifier: GPL-3.0-or-later
#include "job_ring.h"

#include <ibot/base/text.h>
#include <ibot/data/eval_stream.h>

#include <algorithm>
#include <numeric>

namespace ibot::data {
namespace {

void check(const EvalOptions& options) {
  const EvalTransform& transform = options.transform;
  if (transform.crop >= 1 && transform.crop <= transform.resize && transform.resize <= 8192 &&
      options.batch >= 1 && options.workers >= 1 && options.slots >= 1) {
    return;
  }
  throw base::Exception({base::ErrorCode::InvalidArgument,
                         base::str("cannot evaluate with resize ", transform.resize, ", crop ",
                                   transform.crop, ", batch ", options.batch, ", workers ", options.workers),
                         "1 <= crop <= resize <= 8192, and at least 1 of the others", ""});
}

}  // namespace

image::ResizeRequest eval_request(const EvalTransform& transform, int width, int height) {
  return image::evaluation_request(width, height, transform.resize, transform.crop);
}

/// The slots' batches, and how one picture's place in them is filled.
class EvalStream::Filler : public JobRing::Client {
 public:
  Filler(PictureSource& source, const EvalOptions& options, std::vector<std::int64_t> indices)
      : source_(source),
        options_(options),
        indices_(std::move(indices)),
        slots_(static_cast<std::size_t>(options.slots)),
        workers_(static_cast<std::size_t>(options.workers)),
        ring_(std::make_unique<JobRing>(
            *this, JobRing::Options{options.workers, options.slots, options.niceness, 0, batches()})) {}

  std::int64_t batches() const {
    return (static_cast<std::int64_t>(indices_.size()) + options_.batch - 1) / options_.batch;
  }

  int begin(int slot, std::int64_t step) override {
    Slot& work = slots_[static_cast<std::size_t>(slot)];
    EvalBatch& batch = work.batch;
    const auto first = indices_.begin() + static_cast<std::ptrdiff_t>(step * options_.batch);
    const auto count = std::min<std::ptrdiff_t>(options_.batch, indices_.end() - first);
    batch.step = step;
    batch.images = static_cast<int>(count);
    batch.size = options_.transform.crop;
    batch.indices.assign(first, first + count);
    batch.labels.resize(static_cast<std::size_t>(count));
    batch.pixels.resize(static_cast<std::size_t>(count) * picture_bytes());
    work.readable.assign(static_cast<std::size_t>(count), 0);
    return batch.images;
  }

  void run(int worker, int slot, int job, const std::stop_token&) override {
    Slot& work = slots_[static_cast<std::size_t>(slot)];
    Worker& tools = workers_[static_cast<std::size_t>(worker)];
    const auto place = static_cast<std::size_t>(job);
    const std::int64_t index = work.batch.indices[place];
    const auto picture = source_.load(index, tools.scratch);
    if (!picture) {
      bad_.add(source_.dataset(), index, picture.error());
      return;
    }
    const image::Image& image = **picture;
    tools.resizer.resize(
        image, eval_request(options_.transform, image.width(), image.height()),
        image::Planes{work.batch.pixels.data() + place * picture_bytes(), work.batch.size, work.batch.size});
    work.batch.labels[place] = source_.dataset().sample(index).label;
    work.readable[place] = 1;
  }

  Lease<EvalBatch> next() {
    const std::optional<int> slot = ring_->acquire();
    if (!slot) return {};
    Slot& work = slots_[static_cast<std::size_t>(*slot)];
    drop_unreadable(work);
    return {SlotLease(*ring_, *slot), work.batch};
  }

  JobRing& ring() { return *ring_; }
  const BadPictures& bad() const { return bad_; }

 private:
  struct Slot {
    EvalBatch batch;
    std::vector<std::uint8_t> readable;  // [B]
  };
  struct Worker {
    image::Image scratch;
    image::Resizer resizer;
  };

  std::size_t picture_bytes() const {
    const auto side = static_cast<std::size_t>(options_.transform.crop);
    return image::Image::kChannels * side * side;
  }

  void drop_unreadable(Slot& work) const {
    EvalBatch& batch = work.batch;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < work.readable.size(); ++i) {
      if (work.readable[i] == 0) continue;
      if (kept < i) {
        batch.indices[kept] = batch.indices[i];
        batch.labels[kept] = batch.labels[i];
        std::copy_n(batch.pixels.data() + i * picture_bytes(), picture_bytes(),
                    batch.pixels.data() + kept * picture_bytes());
      }
      ++kept;
    }
    batch.images = static_cast<int>(kept);
    batch.indices.resize(kept);
    batch.labels.resize(kept);
    batch.pixels.resize(kept * picture_bytes());
  }

  PictureSource& source_;
  const EvalOptions options_;
  const std::vector<std::int64_t> indices_;
  std::vector<Slot> slots_;
  std::vector<Worker> workers_;
  BadPictures bad_;
  std::unique_ptr<JobRing> ring_;  // last: its threads use everything above
};

EvalStream::EvalStream(PictureSource& source, const EvalOptions& options,
                       std::optional<std::vector<std::int64_t>> indices) {
  check(options);
  if (!indices) {
    indices.emplace(static_cast<std::size_t>(source.dataset().size()));
    std::iota(indices->begin(), indices->end(), 0);
  }
  filler_ = std::make_unique<Filler>(source, options, std::move(*indices));
}

EvalStream::~EvalStream() = default;

Lease<EvalBatch> EvalStream::next() {
  return filler_->next();
}

std::int64_t EvalStream::batches() const {
  return filler_->batches();
}

void EvalStream::cancel() {
  filler_->ring().cancel();
}

const BadPictures& EvalStream::bad_pictures() const {
  return filler_->bad();
}

}  // namespace ibot::data
