// SPDX-License-Identifier: GPL-3.0-or-later
#include "recent_workspaces.h"

#include <ibot/base/text.h>
#include <ibot/image/decode.h>
#include <ibot/image/resize.h>
#include <ibot/record/reader.h>

#include <algorithm>
#include <cstring>

namespace ibot::ui {
namespace {

constexpr std::int64_t kDeadlineMicros =
    3'000'000;  // of each query: a damaged record must not hold the others up
constexpr std::int64_t kMostRuns = 10'000;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

// The last k-NN or other evaluation of the teacher, in words; empty if there is none.
QString result_of(const std::vector<record::Evaluation>& evaluations) {
  const record::Evaluation* last = nullptr;
  for (const record::Evaluation& each : evaluations) {
    // Of k-NN the first choice counts, as everywhere.
    if (each.network != "teacher" || (each.protocol == "knn" && each.metric != "top1")) continue;
    const bool better = last == nullptr || (each.protocol == "knn" && last->protocol != "knn") ||
                        ((each.protocol == "knn") == (last->protocol == "knn") && each.step >= last->step);
    if (better) last = &each;
  }
  if (last == nullptr) return {};
  const QString step = text(base::format_count(last->step));
  if (last->protocol == "knn")
    return QObject::tr("k-NN %1 % at step %2").arg(last->value, 0, 'f', 1).arg(step);
  return QObject::tr("%1 %2 at step %3").arg(text(last->metric)).arg(last->value, 0, 'g', 3).arg(step);
}

QImage small_picture(const std::vector<std::byte>& file, int side) {
  image::Image picture;
  if (!image::decode(file, picture)) return {};
  image::Resizer resizer;
  image::Image small;
  resizer.resize(picture, image::evaluation_request(picture.width(), picture.height(), side, side), small);
  QImage result(side, side, QImage::Format_RGB888);
  for (int y = 0; y < side; ++y)
    std::memcpy(result.scanLine(y), small.row(y), static_cast<std::size_t>(small.stride()));
  return result;
}

base::Status read_into(RecentWorkspace& workspace, int side) {
  IBOT_TRY(const record::Workspace at, record::Workspace::open(workspace.folder.toStdString()));
  record::ReaderOptions options;
  options.deadline_micros = kDeadlineMicros;
  IBOT_TRY(record::Reader reader, record::Reader::open(at, options));
  record::RunQuery query;
  query.limit = kMostRuns;
  query.tags = query.last_values = false;
  IBOT_TRY(const std::vector<record::Run> runs, reader.runs(query));
  if (runs.empty()) {
    workspace.sentence = QObject::tr("No runs yet.");
    return {};
  }
  const record::Run& last = *std::max_element(
      runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.changed < b.changed; });
  IBOT_TRY(const auto evaluations, reader.evaluations(last.id));
  const QString result = result_of(evaluations);
  const std::string state(record::to_string(last.state));
  const QString name = text(last.name.empty() ? last.id : last.name);
  workspace.sentence =
      result.isEmpty()
          ? QObject::tr("%1: %2 at step %3.").arg(name, text(state), text(base::format_count(last.step)))
          : QObject::tr("%1: %2.").arg(name, result);
  if (runs.size() > 1)
    workspace.sentence +=
        QObject::tr(" %1 runs.").arg(text(base::format_count(static_cast<std::int64_t>(runs.size()))));
  IBOT_TRY(const auto probes, reader.probes(last.id, true));
  for (const record::Probe& probe : probes) {
    if (workspace.pictures.size() == RecentWorkspaces::kPictures) break;
    if (QImage picture = small_picture(probe.image_file, side); !picture.isNull())
      workspace.pictures << picture;
  }
  return {};
}

QString sentence_of(const base::Error& error) {
  if (error.code == base::ErrorCode::NotFound)
    return QObject::tr("It is gone: moved, deleted, or on a disk that is not there now.");
  QString said = text(error.to_text());
  if (!said.isEmpty()) said[0] = said[0].toUpper();
  return said;
}

}  // namespace

RecentWorkspaces::RecentWorkspaces(QObject* parent) : QObject(parent) {
  qRegisterMetaType<RecentWorkspace>();
  pool_.setMaxThreadCount(1);
}

RecentWorkspaces::~RecentWorkspaces() {
  pool_.clear();
  pool_.waitForDone();
}

void RecentWorkspaces::look_into(const QStringList& folders, int picture_side) {
  pool_.clear();
  for (const QString& folder : folders) {
    pool_.start([this, folder, picture_side] {
      RecentWorkspace workspace;
      workspace.folder = folder;
      if (const auto status = read_into(workspace, picture_side); !status) {
        workspace.there = false;
        workspace.sentence = sentence_of(status.error());
      }
      QMetaObject::invokeMethod(
          this, [this, workspace] { Q_EMIT read(workspace); }, Qt::QueuedConnection);
    });
  }
}

}  // namespace ibot::ui
