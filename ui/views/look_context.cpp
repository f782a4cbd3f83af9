// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_context.h"

#include <ibot/base/text.h>

#include <ui/bridge/inspector.h>
#include <ui/bridge/record.h>
#include <ui/widgets/setting.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QImageReader>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kThumbnail = 192;  // device px
constexpr std::size_t kMostPictures = 64;

QString pinned_key(const QString& workspace) {
  return QStringLiteral("look_pinned/") + QString::number(qHash(workspace), 16);
}

// On a thread of the pool.
QImage thumbnail(const QString& file) {
  QImageReader reader(file);
  const QSize size = reader.size();
  if (size.isValid()) reader.setScaledSize(size.scaled(kThumbnail, kThumbnail, Qt::KeepAspectRatio));
  return reader.read();
}

qint64 newest_of(const RunHistory& history, bool full) {
  qint64 newest = -1;
  for (const record::Checkpoint& each : history.weights) {
    if (!full || each.kind == record::CheckpointKind::Full) newest = std::max<qint64>(newest, each.step);
  }
  return newest;
}

}  // namespace

LookContext::LookContext(Record& record, Inspector& inspector, QObject* parent)
    : QObject(parent), record_(record), inspector_(inspector) {
  connect(&follower_, &HistoryFollower::changed, this, &LookContext::take_history);
  connect(&follower_, &HistoryFollower::problem, this, &LookContext::problem);
  connect(&record, &Record::closed, this, [this] { set_run({}); });
}

void LookContext::set_run(const QString& run) {
  if (run == run_ && weights_.isEmpty()) return;
  run_ = run;
  weights_.clear();
  step_ = kNewest;
  known_ = false;
  auto none = std::make_shared<RunHistory>();
  none->run = run;
  history_ = std::move(none);
  std::erase_if(pictures_, [](const PinnedPicture& each) { return !each.probe.isEmpty(); });
  current_ = pictures_.empty() ? -1 : 0;
  if (watching_) follower_.follow(record_.folder(), run_);
  Q_EMIT pictures_changed();
  Q_EMIT history_changed();
  Q_EMIT network_changed();
}

void LookContext::set_weights(const QString& file, const QString& recipe) {
  set_run({});
  weights_ = file;
  recipe_ = recipe;
  Q_EMIT network_changed();
}

void LookContext::set_student(bool student) {
  if (student_ == student) return;
  student_ = student;
  Q_EMIT network_changed();
}

void LookContext::set_step(qint64 step) {
  if (step_ == step) return;
  step_ = step;
  Q_EMIT step_changed();
}

bool LookContext::can_ask() const {
  if (!weights_.isEmpty()) return true;
  if (run_.isEmpty()) return false;
  if (step_ == kNewest) return newest_of(*history_, student_) >= 0;
  return history_->keeps(step_, student_);
}

qint64 LookContext::nearest_kept() const {
  qint64 nearest = -1;
  for (const record::Checkpoint& each : history_->weights) {
    if (student_ && each.kind != record::CheckpointKind::Full) continue;
    if (nearest < 0 || std::llabs(each.step - step_) < std::llabs(nearest - step_)) nearest = each.step;
  }
  return nearest;
}

const record::Checkpoint* LookContext::newest_lost() const {
  const record::Checkpoint* newest = nullptr;
  for (const record::Checkpoint& each : history_->lost) {
    if (student_ && each.kind != record::CheckpointKind::Full) continue;
    if (newest == nullptr || each.step >= newest->step) newest = &each;
  }
  return newest;
}

QString LookContext::why_not() const {
  if (!has_network()) return tr("Choose a run or a file of weights to look at.");
  if (can_ask()) return {};
  if (nearest_kept() < 0) {
    if (const record::Checkpoint* lost = newest_lost()) {
      return tr("The run's weights are not there: %1 is missing in the workspace. Was the workspace copied "
                "without its folder of runs?")
          .arg(QStringLiteral("runs/%1/%2").arg(run_, QString::fromStdString(lost->path)));
    }
    const RunView* view = record_.run(run_);
    const bool trains = view != nullptr && record::is_active(view->status.state) && !view->status.died;
    if (student_ && trains)
      return tr("This run has no full checkpoint yet: snapshots hold the teacher alone.");
    if (student_) return tr("This run has no full checkpoint: snapshots hold the teacher alone.");
    return trains ? tr("This run has no weights yet. It can publish a snapshot of its teacher.")
                  : tr("This run has no weights: none were kept, and nobody trains it now.");
  }
  return tr("No weights are kept of step %1.").arg(QString::fromStdString(base::format_count(step_)));
}

protocol::NetworkChoice LookContext::network() const {
  protocol::NetworkChoice choice;
  choice.workspace = record_.folder().toStdString();
  choice.run = run_.toStdString();
  choice.step = step_;
  choice.network = student_ ? "student" : "teacher";
  choice.weights = weights_.toStdString();
  choice.recipe = recipe_.toStdString();
  return choice;
}

const ProbeLook* LookContext::look() const {
  return step_ == kNewest ? nullptr : history_->look_at(step_);
}

void LookContext::set_watching(bool watching) {
  if (watching_ == watching) return;
  watching_ = watching;
  follower_.follow(record_.folder(), watching ? run_ : QString());
}

void LookContext::take_history(const RunHistoryPtr& history) {
  if (!history || history->run != run_ || run_.isEmpty()) return;
  const qint64 before = newest_of(*history_, student_);
  const std::size_t pictures = history_->pictures.size();
  const bool first = !known_;
  known_ = true;
  history_ = history;
  if (history->pictures.size() != pictures) pin_probes();
  Q_EMIT history_changed();
  // Live: newer weights are asked by themselves.
  if (first || (step_ == kNewest && newest_of(*history, student_) != before)) Q_EMIT network_changed();
}

void LookContext::pin_probes() {
  std::vector<PinnedPicture> pinned;
  for (const ProbePicture& row : history_->pictures)
    pinned.push_back({QFileInfo(row.source).fileName(), row.image, {}, row.picture, {}});
  if (pictures_.empty()) {
    for (const QString& file : read_setting(pinned_key(record_.folder())).toStringList()) {
      if (QFileInfo::exists(file)) pin_file(file);
    }
  }
  for (PinnedPicture& each : pictures_) {
    if (each.probe.isEmpty()) pinned.push_back(std::move(each));
  }
  pictures_ = std::move(pinned);
  current_ = pictures_.empty() ? -1 : 0;
  Q_EMIT pictures_changed();
}

void LookContext::pin_file(const QString& file) {
  pictures_.push_back({QFileInfo(file).fileName(), {}, file, {}, {}});
  // A picture of fifty million pixels takes its time.
  QThreadPool::globalInstance()->start([file, context = QPointer<LookContext>(this)] {
    const QImage image = thumbnail(file);
    QMetaObject::invokeMethod(
        qApp,
        [file, image, context] {
          if (context) context->take_thumbnail(file, image);
        },
        Qt::QueuedConnection);
  });
}

void LookContext::take_thumbnail(const QString& file, const QImage& image) {
  for (PinnedPicture& each : pictures_) {
    if (each.file == file) each.image = image;
  }
  Q_EMIT thumbnail_ready();
}

void LookContext::set_current(int picture) {
  if (picture == current_ || picture < 0 || picture >= static_cast<int>(pictures_.size())) return;
  current_ = picture;
  Q_EMIT current_changed();
}

void LookContext::add_picture(const QString& file) {
  for (std::size_t i = 0; i < pictures_.size(); ++i) {
    if (pictures_[i].file != file) continue;
    // It may be another picture under this name by now.
    set_problem(static_cast<int>(i), {});
    return set_current(static_cast<int>(i));
  }
  if (pictures_.size() >= kMostPictures) return;
  pin_file(file);
  current_ = static_cast<int>(pictures_.size()) - 1;
  QStringList files;
  for (const PinnedPicture& each : pictures_) {
    if (!each.file.isEmpty()) files << each.file;
  }
  if (!record_.folder().isEmpty()) write_setting(pinned_key(record_.folder()), files);
  Q_EMIT pictures_changed();
}

void LookContext::remove_picture(int picture) {
  if (picture < 0 || picture >= static_cast<int>(pictures_.size())) return;
  const QString file = pictures_[static_cast<std::size_t>(picture)].file;
  pictures_.erase(pictures_.begin() + picture);
  current_ = std::min(current_, static_cast<int>(pictures_.size()) - 1);
  if (!file.isEmpty() && !record_.folder().isEmpty()) {
    QStringList files = read_setting(pinned_key(record_.folder())).toStringList();
    files.removeAll(file);
    write_setting(pinned_key(record_.folder()), files);
  }
  Q_EMIT pictures_changed();
}

protocol::PictureChoice LookContext::choice(int picture) const {
  const PinnedPicture& pinned = pictures_[static_cast<std::size_t>(picture)];
  protocol::PictureChoice choice;
  choice.file = pinned.file.toStdString();
  choice.probe = pinned.probe.toStdString();
  return choice;
}

std::vector<int> LookContext::order() const {
  std::vector<int> order;
  if (current_ >= 0) order.push_back(current_);
  for (int i = 0; i < static_cast<int>(pictures_.size()); ++i) {
    if (i != current_) order.push_back(i);
  }
  return order;
}

void LookContext::set_problem(int picture, const QString& problem) {
  if (picture < 0 || picture >= static_cast<int>(pictures_.size())) return;
  QString& known = pictures_[static_cast<std::size_t>(picture)].problem;
  if (known == problem) return;
  known = problem;
  Q_EMIT pictures_changed();
}

std::vector<int> LookContext::readable() const {
  std::vector<int> pictures = order();
  std::erase_if(pictures,
                [this](int each) { return !pictures_[static_cast<std::size_t>(each)].problem.isEmpty(); });
  return pictures.empty() ? order() : pictures;
}

QImage LookContext::recorded(const ProbeLook& look, int picture, ProbeKind kind) const {
  const int place = history_->find(pictures_[static_cast<std::size_t>(picture)].probe);
  if (place < 0 || place >= static_cast<int>(look.maps.size())) return {};
  return look.map(static_cast<std::size_t>(place), kind);
}

void LookContext::set_opacity(double opacity) {
  opacity_ = std::clamp(opacity, 0.0, 1.0);
  Q_EMIT display_changed();
}

void LookContext::set_smooth(bool smooth) {
  smooth_ = smooth;
  Q_EMIT display_changed();
}

void LookContext::set_overlay(bool overlay) {
  overlay_ = overlay;
  Q_EMIT display_changed();
}

}  // namespace ibot::ui
