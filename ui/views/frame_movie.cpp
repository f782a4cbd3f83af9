// SPDX-License-Identifier: GPL-3.0-or-later
#include "frame_movie.h"

#include <ibot/base/file.h>
#include <ibot/image/apng.h>

#include <ui/style/theme.h>

#include <QCoreApplication>
#include <QPainter>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <cstring>

namespace ibot::ui {
namespace {

constexpr int kRoom = 32;  // px below the first frame: two lines of a caption

image::Image image_of(const QImage& frame, const QSize& size, const QColor& ground) {
  QImage page(size, QImage::Format_RGB888);
  page.fill(ground);
  QImage small = frame.scaled(frame.size() / 2, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  small.setDevicePixelRatio(1);
  QPainter(&page).drawImage(0, 0, small);
  image::Image image(size.width(), size.height());
  for (int y = 0; y < size.height(); ++y)
    std::memcpy(image.row(y), page.constScanLine(y), static_cast<std::size_t>(size.width()) * 3);
  return image;
}

QString words(const base::Status& status) {
  return status ? QString() : QString::fromStdString(status.error().to_text());
}

}  // namespace

// Touched by one job of the pool at a time.
struct FrameMovie::Packing {
  image::ApngEncoder encoder;
};

FrameMovie::FrameMovie(const QString& file, QObject* parent)
    : QObject(parent), file_(file), packing_(std::make_shared<Packing>()) {}
FrameMovie::~FrameMovie() = default;

template <class Work, class Done>
void FrameMovie::start(Work work, Done done) {
  QThreadPool::globalInstance()->start([work, done, packing = packing_, movie = QPointer<FrameMovie>(this)] {
    const QString problem = words(work(*packing));
    QMetaObject::invokeMethod(
        qApp,
        [problem, done, movie] {
          if (movie) done(*movie, problem);
        },
        Qt::QueuedConnection);
  });
}

void FrameMovie::add(const QImage& frame, int milliseconds) {
  if (size_.isEmpty()) size_ = frame.size() / 2 + QSize(0, kRoom);
  const QColor ground = Theme::instance().tokens().base;
  start([frame, milliseconds, size = size_, ground](
            Packing& packing) { return packing.encoder.add(image_of(frame, size, ground), milliseconds); },
        [](FrameMovie& movie, const QString& problem) { Q_EMIT movie.packed(problem); });
}

void FrameMovie::finish() {
  start(
      [file = file_.toStdString()](Packing& packing) -> base::Status {
        IBOT_TRY(const auto bytes, packing.encoder.finish());
        return base::write_file_atomically(file, bytes);
      },
      [](FrameMovie& movie, const QString& problem) { Q_EMIT movie.finished(problem); });
}

}  // namespace ibot::ui
