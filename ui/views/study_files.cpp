// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_files.h"

#include <ibot/bundle/bundle.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QWidget>
#include <utility>

namespace ibot::ui {
namespace {

QString suggested(const StudyChoice& choice, const QString& ending) {
  QString name = choice.title.isEmpty() ? QStringLiteral("runs") : choice.title;
  for (QChar& each : name) {
    if (!each.isLetterOrNumber() && each != QLatin1Char('-') && each != QLatin1Char('_'))
      each = QLatin1Char('-');
  }
  return name + ending;
}

}  // namespace

StudyFiles::StudyFiles(Record& record, QWidget* window)
    : QObject(window), record_(record), window_(window), program_(new Program(this)) {
  connect(program_, &Program::finished, this, [this](const ProgramResult& result) {
    if (result.cancelled) {
      Q_EMIT cancelled();
    } else {
      Q_EMIT finished(file_, result.succeeded ? QString() : result.why);
    }
  });
}

void StudyFiles::export_bundle(const StudyChoice& choice) {
  const QString ending = QString::fromLatin1(bundle::kEnding);
  const QString file = QFileDialog::getSaveFileName(window_, tr("Export a bundle"), suggested(choice, ending),
                                                    tr("Bundles (*%1)").arg(ending));
  if (!file.isEmpty()) export_bundle_to(choice, file);
}

void StudyFiles::write_report(const StudyChoice& choice) {
  const QString file = QFileDialog::getSaveFileName(
      window_, tr("Write a report"), suggested(choice, QStringLiteral(".html")), tr("Web pages (*.html)"));
  if (!file.isEmpty()) write_report_to(choice, file);
}

void StudyFiles::export_bundle_to(const StudyChoice& choice, const QString& file) {
  start({QStringLiteral("bundle"), QStringLiteral("create")}, choice, file);
}

void StudyFiles::write_report_to(const StudyChoice& choice, const QString& file) {
  start({QStringLiteral("report")}, choice, file);
}

void StudyFiles::start(QStringList command, const StudyChoice& choice, const QString& file) {
  program_->cancel();
  file_ = file;
  const auto add = [&command](const char* option, const QString& value) {
    if (!value.isEmpty()) command << QString::fromLatin1(option) + QLatin1Char('=') + value;
  };
  add("--workspace", record_.folder());
  add("--out", file);
  add("--title", choice.title);
  add("--metric", choice.metric);
  add("--better", choice.better);
  add("--at", choice.rule);
  add("--baseline", choice.baseline);
  // Whatever an id begins with, it is no option.
  command << QStringLiteral("--") << choice.runs;
  Q_EMIT started(tr("Writing %1\u2026").arg(QFileInfo(file).fileName()));
  program_->start(command);
}

}  // namespace ibot::ui
