// SPDX-License-Identifier: GPL-3.0-or-later
#include "scene_drawing.h"

#include <ibot/data/open.h>

#include <QDir>
#include <QFileInfo>
#include <cmath>
#include <filesystem>

namespace ibot::ui {
namespace {

constexpr std::string_view kCommand = "`ibot dataset parts`";

}  // namespace

bool scenes_are_missing(const base::Error& error) {
  return error.hint.find(kCommand) != std::string::npos;
}

QString missing_scenes_text(const base::Error& error) {
  QString words = QString::fromStdString(error.message);
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return words + QLatin1Char('.');
}

std::optional<data::DataOptions> scenes_of(const runs::Parameters& plan) {
  const auto text = [&plan](const char* key) {
    const runs::Parameter* found = runs::find(plan, key);
    return found != nullptr ? found->text : std::string();
  };
  if (text("data.kind") != "parts") return std::nullopt;
  data::DataOptions options;
  options.kind = "parts";
  options.path = text("data.path");
  std::error_code ignored;
  if (!std::filesystem::exists(options.path, ignored)) options.path.clear();
  const auto number = [&plan](const char* key, auto& into) {
    const runs::Parameter* found = runs::find(plan, key);
    if (found != nullptr && std::isfinite(found->number))
      into = static_cast<std::remove_reference_t<decltype(into)>>(found->number);
  };
  number("data.parts.train", options.parts.train);
  number("data.parts.val", options.parts.val);
  number("data.parts.size", options.parts.size);
  number("data.parts.seed", options.parts.seed);
  number("data.parts.jpeg_quality", options.parts.jpeg_quality);
  if (const std::string format = text("data.parts.format"); !format.empty()) options.parts.format = format;
  return options;
}

SceneDrawing::SceneDrawing(QObject* parent) : QObject(parent) {
  connect(&program_, &Program::said, this, [this](QString line) {
    if (!line.startsWith(QStringLiteral("drawing"))) return;
    line[0] = line[0].toUpper();
    Q_EMIT said(line);
  });
  connect(&program_, &Program::finished, this, [this](const ProgramResult& result) {
    if (result.cancelled) return Q_EMIT cancelled();
    Q_EMIT finished(result.succeeded ? QString() : result.why);
  });
}

void SceneDrawing::draw(const data::DataOptions& options) {
  if (program_.is_running()) return;
  const QString folder = QString::fromStdString(data::parts_folder(options).string());
  if (folder.isEmpty())
    return Q_EMIT finished(tr("There is no place for the scenes: set data.path in the recipe, or HOME."));
  // The cache of a user who never drew any is not there yet.
  if (!QDir().mkpath(QFileInfo(folder).path()))
    return Q_EMIT finished(tr("%1 cannot be made.").arg(QFileInfo(folder).path()));
  const data::PartsOptions& parts = options.parts;
  program_.start({QStringLiteral("dataset"), QStringLiteral("parts"), QStringLiteral("--out"), folder,
                  QStringLiteral("--train"), QString::number(parts.train), QStringLiteral("--val"),
                  QString::number(parts.val), QStringLiteral("--size"), QString::number(parts.size),
                  QStringLiteral("--seed"), QString::number(parts.seed), QStringLiteral("--format"),
                  QString::fromStdString(parts.format), QStringLiteral("--jpeg-quality"),
                  QString::number(parts.jpeg_quality)});
  Q_EMIT said(tr("Drawing the scenes"));
}

}  // namespace ibot::ui
