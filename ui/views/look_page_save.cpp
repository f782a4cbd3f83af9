// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the page: copies, files, series of frames.
#include "frame_movie.h"
#include "look_page.h"
#include "look_view.h"
#include "timeline_bar.h"

#include <ui/bridge/output_problem.h>
#include <ui/style/theme.h>
#include <ui/widgets/banner.h>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontMetrics>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSaveMillis = 120'000;
constexpr int kLastFrameMillis = 1000;  // before it begins anew

}  // namespace

void LookPage::connect_saving() {
  program_.set_time_limit(kSaveMillis);
  connect(&program_, &Program::finished, this, [this](const ProgramResult& result) {
    if (result.cancelled) return;
    const QString problem = result.succeeded ? QString() : result.why;
    if (problem.isEmpty()) {
      banner_->say(Banner::Level::Info, tr("Saved %1.").arg(saving_));
    } else {
      banner_->say(Banner::Level::Bad, tr("%1 was not saved: %2").arg(saving_, problem));
    }
    Q_EMIT saved(saving_, problem);
  });
  frame_.setInterval(0);
  connect(&frame_, &QTimer::timeout, this, &LookPage::save_frame);
}

QImage LookPage::picture() const {
  const QImage shown = view().picture();
  if (shown.isNull()) return {};
  // The caption goes with the picture, wherever it is pasted.
  constexpr int kScale = 2;
  const Tokens& t = Theme::instance().tokens();
  QImage page = shown;
  page.setDevicePixelRatio(kScale);
  const int width = std::max(320, page.width() / kScale) + 2 * metrics::kMedium;
  const QFont font = text_font(TextStyle::Small);
  const QRect words = QFontMetrics(font).boundingRect(QRect(0, 0, width - 2 * metrics::kMedium, 400),
                                                      Qt::TextWordWrap, view().caption());
  const int height = page.height() / kScale + words.height() + 3 * metrics::kMedium;
  QImage image(width * kScale, height * kScale, QImage::Format_RGB32);
  image.setDevicePixelRatio(kScale);
  image.fill(t.base);
  QPainter painter(&image);
  painter.drawImage(QPoint(metrics::kMedium, metrics::kMedium), page);
  painter.setFont(font);
  painter.setPen(t.text2);
  painter.drawText(QRect(metrics::kMedium, height - words.height() - metrics::kMedium,
                         width - 2 * metrics::kMedium, words.height() + 2),
                   Qt::TextWordWrap, view().caption());
  return image;
}

void LookPage::copy() {
  const QImage image = picture();
  if (image.isNull()) return banner_->say(Banner::Level::Info, tr("There is no picture to copy yet."));
  QApplication::clipboard()->setImage(image);
}

void LookPage::ask_where_to_save() {
  if (picture().isNull()) return banner_->say(Banner::Level::Info, view().why_no_command());
  const bool figure = !view().command().isEmpty();
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save the figure"), QStringLiteral("look.png"),
      figure ? tr("PNG (*.png);;SVG (*.svg);;Numbers (*.csv)") : tr("PNG (*.png)"));
  if (!file.isEmpty()) save(file);
}

void LookPage::save(const QString& file) {
  saving_ = file;
  QStringList arguments = view().command();
  if (!arguments.isEmpty()) {
    arguments.prepend(QStringLiteral("inspect"));
    // Numbers as `ibot inspect` writes them, too.
    const bool numbers = file.endsWith(QLatin1String(".csv"));
    arguments << (numbers ? QStringLiteral("--csv") : QStringLiteral("--out")) << file;
    if (Theme::instance().kind() == ThemeKind::Dark) arguments << QStringLiteral("--dark");
    banner_->say(Banner::Level::Info, tr("Drawing %1\u2026").arg(QFileInfo(file).fileName()));
    return program_.start(arguments);
  }
  const QImage image = picture();
  QString problem = output_problem(file);
  if (!problem.isEmpty()) {
    problem = tr("%1 was not saved: %2").arg(file, problem);
  } else if (image.isNull()) {
    problem = view().why_no_command();
  } else if (!image.save(file)) {
    problem = tr("%1 cannot be written.").arg(file);
  }
  if (problem.isEmpty()) {
    banner_->say(Banner::Level::Info, tr("Saved %1.").arg(file));
  } else {
    banner_->say(Banner::Level::Bad, problem);
  }
  Q_EMIT saved(file, problem);
}

bool LookPage::begin_frames(const QString& into) {
  if (!frames_folder_.isEmpty()) return false;  // a series is being saved already
  if (const QString problem = output_problem(into); !problem.isEmpty()) {
    banner_->say(Banner::Level::Bad, problem);
    Q_EMIT saved(into, problem);
    return false;
  }
  frames_.clear();
  for (const ProbeLookPtr& look : context_.history().looks) frames_.push_back(look->step);
  next_frame_ = 0;
  step_before_ = context_.step();
  if (frames_.empty()) {
    const QString problem = tr("This run has recorded no look at its probe pictures.");
    banner_->say(Banner::Level::Info, problem);
    Q_EMIT saved(into, problem);
    return false;
  }
  frames_folder_ = into;
  return true;
}

void LookPage::save_frames(const QString& folder) {
  if (begin_frames(folder)) frame_.start();
}

void LookPage::save_animation(const QString& file) {
  if (!begin_frames(file)) return;
  movie_ = new FrameMovie(file, this);
  connect(movie_, &FrameMovie::packed, this, [this](const QString& problem) {
    if (!problem.isEmpty()) return end_frames(problem);
    frame_.start();
  });
  connect(movie_, &FrameMovie::finished, this, &LookPage::end_frames);
  frame_.start();
}

// One a turn of the event loop: the window stays at hand.
void LookPage::save_frame() {
  if (movie_ != nullptr) return pack_frame();
  if (next_frame_ >= frames_.size()) return end_frames({});
  const qint64 step = frames_[next_frame_++];
  context_.set_step(step);
  const QString file =
      QDir(frames_folder_).filePath(QStringLiteral("step-%1.png").arg(step, 8, 10, QLatin1Char('0')));
  if (!picture().save(file)) return end_frames(tr("%1 cannot be written.").arg(file));
  say_frame();
}

void LookPage::pack_frame() {
  frame_.stop();  // until it is packed
  if (next_frame_ >= frames_.size()) return movie_->finish();
  context_.set_step(frames_[next_frame_++]);
  const QImage frame = picture();
  if (frame.isNull()) return end_frames(tr("This view shows nothing of what the run recorded."));
  movie_->add(frame, next_frame_ == frames_.size() ? kLastFrameMillis : TimelineBar::kFrameMillis);
  say_frame();
}

void LookPage::say_frame() {
  banner_->say(Banner::Level::Info, tr("Frame %1 of %2").arg(next_frame_).arg(frames_.size()),
               {{tr("Stop"), [this] { next_frame_ = frames_.size(); }}});
}

void LookPage::end_frames(const QString& problem) {
  frame_.stop();
  if (movie_ != nullptr) movie_->deleteLater();
  const bool movie = std::exchange(movie_, nullptr) != nullptr;
  context_.set_step(step_before_);
  const QString place = std::exchange(frames_folder_, QString());
  if (problem.isEmpty()) {
    banner_->say(Banner::Level::Info,
                 movie ? tr("Saved %1.").arg(place) : tr("The frames are in %1.").arg(place));
  } else {
    banner_->say(Banner::Level::Bad, movie ? tr("%1 was not saved: %2").arg(place, problem) : problem);
  }
  Q_EMIT saved(place, problem);
}

}  // namespace ibot::ui
