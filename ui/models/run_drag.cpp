// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_drag.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeData>

namespace ibot::ui {
namespace {

constexpr QLatin1String kWorkspace("workspace");
constexpr QLatin1String kRuns("runs");

}  // namespace

QMimeData* dragged_runs(const QString& workspace, const QStringList& runs) {
  if (runs.isEmpty()) return nullptr;
  auto* data = new QMimeData;
  const QJsonObject said{{kWorkspace, workspace}, {kRuns, QJsonArray::fromStringList(runs)}};
  data->setData(kDraggedRuns, QJsonDocument(said).toJson(QJsonDocument::Compact));
  return data;
}

QStringList runs_of_drag(const QMimeData& dragged, const QString& workspace) {
  if (!dragged.hasFormat(kDraggedRuns)) return {};
  const QJsonObject said = QJsonDocument::fromJson(dragged.data(kDraggedRuns)).object();
  if (said.value(kWorkspace).toString() != workspace) return {};
  QStringList runs;
  for (const QJsonValue& run : said.value(kRuns).toArray()) {
    if (run.isString()) runs << run.toString();
  }
  runs.removeDuplicates();
  return runs;
}

}  // namespace ibot::ui
