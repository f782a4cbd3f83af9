// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_history.h"

#include "history_reader.h"

#include <algorithm>
#include <set>

namespace ibot::ui {

const ProbeLook* RunHistory::look_at(qint64 step) const {
  const auto after = std::upper_bound(looks.begin(), looks.end(), step,
                                      [](qint64 at, const ProbeLookPtr& look) { return at < look->step; });
  return after == looks.begin() ? nullptr : std::prev(after)->get();
}

bool RunHistory::keeps(qint64 step, bool full) const {
  return std::any_of(weights.begin(), weights.end(), [&](const record::Checkpoint& each) {
    return each.step == step && (!full || each.kind == record::CheckpointKind::Full);
  });
}

std::vector<std::int64_t> RunHistory::kept_steps(bool full) const {
  std::set<std::int64_t> steps;
  for (const record::Checkpoint& each : weights) {
    if (!full || each.kind == record::CheckpointKind::Full) steps.insert(each.step);
  }
  return {steps.begin(), steps.end()};
}

int RunHistory::find(const QString& image) const {
  if (image.isEmpty()) return -1;
  const auto found = std::find_if(pictures.begin(), pictures.end(),
                                  [&](const ProbePicture& each) { return each.image == image; });
  return found == pictures.end() ? -1 : static_cast<int>(found - pictures.begin());
}

HistoryFollower::HistoryFollower(QObject* parent) : QObject(parent), reader_(new HistoryReader) {
  qRegisterMetaType<RunHistoryPtr>();
  reader_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, reader_, &QObject::deleteLater);
  connect(reader_, &HistoryReader::changed, this, &HistoryFollower::changed);
  connect(reader_, &HistoryReader::problem, this, &HistoryFollower::problem);
  thread_.setObjectName(QStringLiteral("history"));
  thread_.start();
}

HistoryFollower::~HistoryFollower() {
  thread_.quit();
  thread_.wait();
}

void HistoryFollower::follow(const QString& workspace, const QString& run) {
  QMetaObject::invokeMethod(reader_, [reader = reader_, workspace, run] { reader->follow(workspace, run); });
}

}  // namespace ibot::ui
