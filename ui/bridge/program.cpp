// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kKillMillis = 1000;  // after it was asked to end
constexpr qsizetype kMostLine = 2000;

QString meaning(int exit_code) {
  switch (exit_code) {
    case 2:
      return QObject::tr("The configuration or the call was wrong.");
    case 3:
      return QObject::tr("Something that it needs was not found.");
    case 4:
      return QObject::tr("Data could not be used.");
    case 5:
      return QObject::tr("The system refused: disk, memory or rights.");
    case 6:
      return QObject::tr("A loss was not finite.");
    case 7:
      return QObject::tr("The program broke a promise to itself: a bug.");
    case 130:
      return QObject::tr("It was interrupted.");
    default:
      return QObject::tr("The program ended with code %1.").arg(exit_code);
  }
}

// The child is let go of: it ends on its own time, and its end removes the object.
void let_end(QProcess* process) {
  process->disconnect();
  process->setParent(QCoreApplication::instance());  // which kills it at the latest
  if (process->state() == QProcess::NotRunning) return process->deleteLater();
  process->closeReadChannel(QProcess::StandardOutput);
  process->closeReadChannel(QProcess::StandardError);
  QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
  process->terminate();
  QTimer::singleShot(kKillMillis, process, [process] { process->kill(); });
}

}  // namespace

QString failure_in_words(int exit_code, const QByteArray& errors) {
  const QList<QByteArray> lines = errors.split('\n');
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!line->startsWith("error: ")) continue;
    QString words = QString::fromUtf8(line->mid(7)).trimmed();
    // A list of mistakes stands above the sentence that counts them.
    QStringList mistakes;
    for (const QByteArray& each : lines) {
      if (each.contains(": error: ")) mistakes.push_back(QString::fromUtf8(each).trimmed());
    }
    if (words.contains(QStringLiteral("listed above")) && !mistakes.isEmpty())
      words = mistakes.mid(0, 5).join(QLatin1Char('\n'));
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    return words;
  }
  return meaning(exit_code);
}

Program::Program(QObject* parent) : QObject(parent), limit_(new QTimer(this)) {
  qRegisterMetaType<ProgramResult>();
  limit_->setSingleShot(true);
  connect(limit_, &QTimer::timeout, this, [this] {
    give_up(tr("The program has not answered for %1 seconds and was ended.").arg(time_limit_ / 1000), false);
  });
}

Program::~Program() {
  if (process_ == nullptr) return;
  // Nobody may be left to wait for it, so it is not asked.
  process_->disconnect();
  process_->kill();
}

QString Program::path() {
  const QString given = qEnvironmentVariable("IBOT_PROGRAM");
  return given.isEmpty() ? QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("ibot"))
                         : given;
}

void Program::start(const QStringList& arguments) {
  cancel();
  output_.clear();
  errors_.clear();
  const QString program = path();
  process_ = new QProcess(this);
  connect(process_, &QProcess::readyReadStandardOutput, this, &Program::read_output);
  connect(process_, &QProcess::readyReadStandardError, this, &Program::read_errors);
  connect(process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
    child_ended(code, status == QProcess::CrashExit);
  });
  connect(
      process_, &QProcess::errorOccurred, this,
      [this, program, process = process_](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart || process != process_) return;
        give_up(
            QFileInfo::exists(program)
                ? tr("%1 cannot be started: %2").arg(program, process_->errorString())
                : tr("The program ibot is missing: it should lie at %1. Build or install it.").arg(program),
            false);
      },
      Qt::QueuedConnection);
  if (time_limit_ > 0) limit_->start(time_limit_);
  process_->setStandardInputFile(QProcess::nullDevice());
  process_->start(program, arguments);
}

void Program::cancel() {
  if (process_ != nullptr) give_up({}, true);
}

void Program::read_output() {
  output_ += process_->readAllStandardOutput();
  if (output_.size() > kMostOutput)
    give_up(tr("The program said more than %1 MB and was ended.").arg(kMostOutput / 1024 / 1024), false);
}

void Program::read_errors() {
  errors_ += process_->readAllStandardError();
  if (errors_.size() > kMostErrors) errors_ = errors_.right(kMostErrors);
  // Lines that follow each other faster than they are read: the newest is what counts.
  const qsizetype end = errors_.lastIndexOf('\n');
  if (end <= 0) return;
  const qsizetype begin = errors_.lastIndexOf('\n', end - 1) + 1;
  Q_EMIT said(QString::fromUtf8(errors_.mid(begin, std::min(end - begin, kMostLine))));
}

void Program::child_ended(int code, bool crashed) {
  if (process_ == nullptr) return;
  read_output();
  if (process_ == nullptr) return;  // it had said too much
  read_errors();
  if (process_ == nullptr) return;  // cancelled by who heard it
  limit_->stop();
  std::exchange(process_, nullptr)->deleteLater();
  ProgramResult result;
  result.exit_code = crashed ? -1 : code;
  result.succeeded = !crashed && code == 0;
  if (crashed) {
    result.why = tr("The program ibot was ended by a signal: it crashed, was killed, or ran out of memory.");
  } else if (code != 0) {
    result.why = failure_in_words(code, errors_);
  }
  report(std::move(result));
}

void Program::give_up(const QString& why, bool cancelled) {
  limit_->stop();
  let_end(std::exchange(process_, nullptr));
  ProgramResult result;
  result.exit_code = -1;
  result.cancelled = cancelled;
  result.why = why;
  report(std::move(result));
}

void Program::report(ProgramResult result) {
  result.output = std::exchange(output_, {});
  result.details = QString::fromUtf8(std::exchange(errors_, {}));
  Q_EMIT finished(result);
}

}  // namespace ibot::ui
