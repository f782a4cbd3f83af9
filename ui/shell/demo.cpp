// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo.h"

#include <QJsonObject>
#include <QTimer>
#include <algorithm>

namespace ibot::ui {

Demo::Demo(DemoRequest request, QObject* parent)
    : QObject(parent), request_(std::move(request)), prepare_(new Program(this)), start_(new Program(this)) {
  connect(prepare_, &Program::finished, this, &Demo::prepared);
  connect(start_, &Program::finished, this, &Demo::started);
  connect(start_, &Program::said, this, [this](QString line) {
    if (!line.isEmpty()) line[0] = line[0].toUpper();
    Q_EMIT said(line);
  });
}

QStringList Demo::arguments(const QString& mode) const {
  QStringList words{QStringLiteral("demo"), mode};
  if (!request_.folder.isEmpty()) words << QStringLiteral("--out") << request_.folder;
  if (!request_.pictures.isEmpty()) words << QStringLiteral("--data") << request_.pictures;
  return words;
}

void Demo::start() {
  prepare_->start(arguments(QStringLiteral("--prepare")));
}

void Demo::cancel() {
  for (Program* each : {prepare_, start_}) each->cancel();
}

void Demo::prepared(const ProgramResult& result) {
  if (result.cancelled) return Q_EMIT cancelled();
  if (!result.succeeded) {
    Q_EMIT failed(result.why);
    return;
  }
  const QJsonObject answer = result.json().object();
  reference_ = answer.value(QLatin1String("reference")).toString();
  Q_EMIT workspace_ready(answer.value(QLatin1String("workspace")).toString());
  Q_EMIT said(request_.pictures.isEmpty() ? tr("Drawing the demo's pictures, then a fresh run starts")
                                          : tr("A fresh run on your pictures starts"));
  start_->start(arguments(QStringLiteral("--start")));
}

void Demo::started(const ProgramResult& result) {
  if (result.cancelled) return Q_EMIT cancelled();
  if (!result.succeeded) {
    Q_EMIT failed(result.why);
    return;
  }
  run_ = result.json().object().value(QLatin1String("run")).toString();
  Q_EMIT run_started(run_);
  if (request_.minutes > 0) {
    const auto millis = static_cast<int>(std::min(request_.minutes, 10'000.0) * 60'000);
    QTimer::singleShot(millis, this, [this] { Q_EMIT time_is_up(run_); });
  }
}

}  // namespace ibot::ui
