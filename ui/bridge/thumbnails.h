// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/image/image.h>

#include <QImage>
#include <QObject>
#include <QThreadPool>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

namespace ibot::ui {

/// The longer side over the shorter: of a panorama the middle is shown, so that it does not take the place
/// and memory of twenty other pictures.
inline constexpr int kWidestThumbnail = 4;
/// The part of a picture of that size that its thumbnail shows.
image::Box thumbnail_box(int width, int height);

/// Small pictures of a data set, made when they are asked for by a few threads and kept while they fit. Only
/// what is asked for last is made: requests that were scrolled past are forgotten. Lives on the window's
/// thread; nothing here waits.
class Thumbnails final : public QObject {
  Q_OBJECT

 public:
  static constexpr qint64 kMemory = 64'000'000;  ///< bytes of pixels
  static constexpr int kThreads = 2;

  explicit Thumbnails(QObject* parent = nullptr, qint64 memory = kMemory);
  ~Thumbnails() override;

  /// Another data set, or none; `height` of the pictures in device pixels. Forgets everything.
  void set_source(std::shared_ptr<const data::Dataset> dataset, int height);
  /// nullptr: not there yet. Valid until the event loop turns.
  const QImage* find(qint64 index);
  /// What is visible now, most wanted first; replaces what was asked for before.
  void want(const std::vector<qint64>& indices);

  /// For tests and benchmarks.
  qint64 bytes() const { return bytes_; }
  qint64 made() const { return made_; }

 Q_SIGNALS:
  void ready(qint64 index);
  /// The picture cannot be decoded; in words. Once a picture.
  void unreadable(qint64 index, const QString& reason);

 private:
  struct Queue;
  struct Kept {
    QImage image;
    std::list<qint64>::iterator place;
  };
  void start_workers();
  void take(quint64 source, qint64 index, const QImage& image, const QString& reason);
  void make_room();

  const qint64 memory_;
  QThreadPool pool_;
  std::shared_ptr<Queue> queue_;
  std::unordered_map<qint64, Kept> kept_;
  std::list<qint64> used_;  ///< of what is kept; front: last used
  std::set<qint64> broken_;
  qint64 bytes_ = 0, made_ = 0;
  quint64 source_ = 0;
};

}  // namespace ibot::ui
