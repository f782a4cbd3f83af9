// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_facts.h"

#include "scene_drawing.h"

#include <ibot/base/machine.h>
#include <ibot/data/open.h>
#include <ibot/record/workspace.h>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace ibot::ui {
namespace {

FoundData open(const data::DataOptions& options, const std::optional<plan::Plan>& plan,
               const std::filesystem::path& workspace) {
  FoundData data;
  if (plan) {
    data.missing = plan::find_missing_places(*plan);
    data.asked = plan::asked_places(*plan);
  }
  data.free_bytes = base::free_disk(workspace);
  data.workspace_exists = record::Workspace::open(workspace).ok();
  const auto dataset = data::open_dataset(options);
  if (!dataset) {
    data.scenes_missing = scenes_are_missing(dataset.error());
    data.problem = data.scenes_missing ? missing_scenes_text(dataset.error())
                                       : QString::fromStdString(dataset.error().to_text());
    return data;
  }
  const data::Dataset& set = **dataset;
  data.facts = plan::DatasetFacts{.pictures = set.size(),
                                  .classes = static_cast<std::int64_t>(set.class_names().size())};
  data.content_hash = set.content_hash();
  data.description = QString::fromStdString(set.description());
  for (const std::string& note : set.notes()) data.notes.push_back(QString::fromStdString(note));
  return data;
}

}  // namespace

DataFacts::DataFacts(QObject* parent) : QObject(parent) {}

void DataFacts::look(const data::DataOptions& options, const std::optional<plan::Plan>& plan,
                     const QString& workspace) {
  const int question = ++question_;
  looking_ = true;
  QThreadPool::globalInstance()->start([options, plan,
                                        workspace = std::filesystem::path(workspace.toStdString()), question,
                                        self = QPointer<DataFacts>(this)] {
    const FoundData data = open(options, plan, workspace);
    // The application outlives the pool's work; whether the asker is still there is looked up on its thread.
    QMetaObject::invokeMethod(QCoreApplication::instance(), [self, question, data] {
      if (self) self->answer(question, data);
    });
  });
}

void DataFacts::answer(int question, const FoundData& data) {
  if (question != question_) return;
  looking_ = false;
  Q_EMIT found(data);
}

}  // namespace ibot::ui
