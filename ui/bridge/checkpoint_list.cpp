// SPDX-License-Identifier: GPL-3.0-or-later
#include "checkpoint_list.h"

#include <ibot/record/reader.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace ibot::ui {
namespace {

constexpr std::int64_t kDeadlineMicros = 3'000'000;

base::Status read_into(KeptWeights& kept, const std::filesystem::path& workspace) {
  IBOT_TRY(const record::Workspace at, record::Workspace::open(workspace));
  record::ReaderOptions options;
  options.deadline_micros = kDeadlineMicros;
  IBOT_TRY(record::Reader reader, record::Reader::open(at, options));
  IBOT_TRY(const auto all, reader.checkpoints(kept.run.toStdString()));
  for (const record::Checkpoint& each : all) {
    if (each.state == record::CheckpointState::Present) kept.weights.push_back(each);
  }
  return {};
}

}  // namespace

CheckpointList::CheckpointList(QObject* parent) : QObject(parent) {}

void CheckpointList::look(const QString& workspace, const QString& run) {
  const int question = ++question_;
  QThreadPool::globalInstance()->start([workspace = std::filesystem::path(workspace.toStdString()), run,
                                        question, self = QPointer<CheckpointList>(this)] {
    KeptWeights kept{.run = run, .weights = {}, .problem = {}};
    if (const base::Status read = read_into(kept, workspace); !read.ok())
      kept.problem = QString::fromStdString(read.error().to_text());
    // The application outlives the pool's work; whether the asker is still there is looked up on its thread.
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, kept] {
      if (self) self->answer(question, kept);
    });
  });
}

void CheckpointList::answer(int question, const KeptWeights& kept) {
  if (question == question_) Q_EMIT found(kept);
}

}  // namespace ibot::ui
