// SPDX-License-Identifier: GPL-3.0-or-later
#include "thumbnails.h"

#include <ibot/image/decode.h>
#include <ibot/image/resize.h>

#include <QString>
#include <algorithm>
#include <cstring>

namespace ibot::ui {
namespace {

base::Result<QImage> make_thumbnail(const data::Dataset& dataset, std::int64_t index, int height,
                                    image::Image& picture, image::Resizer& resizer) {
  IBOT_TRY(const std::vector<std::byte> file, dataset.read_bytes(index));
  IBOT_CHECK_OK(image::decode(file, picture));
  const image::Box box = thumbnail_box(picture.width(), picture.height());
  // Never enlarged: the canvas does that without making it larger in memory.
  const int rows = std::min(height, box.height);
  const int columns = std::max(1, (2 * box.width * rows + box.height) / (2 * box.height));
  image::Image small;
  resizer.resize(picture, {.box = box, .width = columns, .height = rows}, small);
  QImage result(columns, rows, QImage::Format_RGB888);
  for (int y = 0; y < rows; ++y)
    std::memcpy(result.scanLine(y), small.row(y), static_cast<std::size_t>(small.stride()));
  return result.convertToFormat(QImage::Format_RGB32);  // what painting is fastest with
}

}  // namespace

image::Box thumbnail_box(int width, int height) {
  const int widest = kWidestThumbnail * height;
  const int highest = kWidestThumbnail * width;
  if (width > widest) return {(width - widest) / 2, 0, widest, height};
  if (height > highest) return {0, (height - highest) / 2, width, highest};
  return {0, 0, width, height};
}

// What the threads share with the window. Outlives neither: the pool is waited for.
struct Thumbnails::Queue {
  std::mutex mutex;
  std::vector<qint64> waiting;  // most wanted last
  std::set<qint64> in_work;
  std::shared_ptr<const data::Dataset> dataset;
  quint64 source = 0;
  int height = 0;
  int workers = 0;
};

Thumbnails::Thumbnails(QObject* parent, qint64 memory)
    : QObject(parent), memory_(memory), queue_(std::make_shared<Queue>()) {
  pool_.setMaxThreadCount(kThreads);
  pool_.setThreadPriority(QThread::LowPriority);
}

Thumbnails::~Thumbnails() {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->waiting.clear();
  }
  pool_.waitForDone();
}

void Thumbnails::set_source(std::shared_ptr<const data::Dataset> dataset, int height) {
  kept_.clear();
  used_.clear();
  broken_.clear();
  bytes_ = 0;
  const std::lock_guard lock(queue_->mutex);
  queue_->waiting.clear();
  queue_->in_work.clear();
  queue_->dataset = std::move(dataset);
  queue_->height = height;
  queue_->source = ++source_;
}

const QImage* Thumbnails::find(qint64 index) {
  const auto found = kept_.find(index);
  if (found == kept_.end()) return nullptr;
  used_.splice(used_.begin(), used_, found->second.place);
  return &found->second.image;
}

void Thumbnails::want(const std::vector<qint64>& indices) {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->waiting.clear();
    for (auto index = indices.rbegin(); index != indices.rend(); ++index) {
      if (!kept_.contains(*index) && !broken_.contains(*index) && !queue_->in_work.contains(*index))
        queue_->waiting.push_back(*index);
    }
    if (queue_->waiting.empty() || !queue_->dataset) return;
  }
  start_workers();
}

void Thumbnails::start_workers() {
  for (int i = 0; i < kThreads; ++i) {
    {
      const std::lock_guard lock(queue_->mutex);
      if (queue_->workers == kThreads) return;
      ++queue_->workers;
    }
    pool_.start([this, queue = queue_] {
      image::Image picture;
      image::Resizer resizer;
      for (;;) {
        std::unique_lock lock(queue->mutex);
        if (queue->waiting.empty()) {
          --queue->workers;
          return;
        }
        const qint64 index = queue->waiting.back();
        queue->waiting.pop_back();
        queue->in_work.insert(index);
        const auto dataset = queue->dataset;
        const quint64 source = queue->source;
        const int height = queue->height;
        lock.unlock();
        auto made = make_thumbnail(*dataset, index, height, picture, resizer);
        const QString reason = made ? QString() : QString::fromStdString(made.error().to_text());
        QMetaObject::invokeMethod(
            this,
            [this, source, index, image = made ? *made : QImage(), reason] {
              take(source, index, image, reason);
            },
            Qt::QueuedConnection);
      }
    });
  }
}

void Thumbnails::take(quint64 source, qint64 index, const QImage& image, const QString& reason) {
  if (source != source_) return;
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->in_work.erase(index);
  }
  ++made_;
  if (image.isNull()) {
    if (broken_.insert(index).second) Q_EMIT unreadable(index, reason);
    return;
  }
  if (kept_.contains(index)) return;
  used_.push_front(index);
  kept_.emplace(index, Kept{image, used_.begin()});
  bytes_ += image.sizeInBytes();
  make_room();
  Q_EMIT ready(index);
}

void Thumbnails::make_room() {
  while (bytes_ > memory_ && used_.size() > 1) {
    const auto last = kept_.find(used_.back());
    bytes_ -= last->second.image.sizeInBytes();
    kept_.erase(last);
    used_.pop_back();
  }
}

}  // namespace ibot::ui
