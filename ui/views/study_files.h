// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/program.h>
#include <ui/bridge/record.h>

#include <QObject>
#include <QStringList>

namespace ibot::ui {

/// Runs that leave the window together, and how they are judged. Empty texts: what `ibot` takes by itself.
struct StudyChoice {
  QStringList runs;  ///< ids
  QString title;
  QString metric, better, rule, baseline;
};

/// Writes runs as one file, by `ibot bundle create` and `ibot report`: what a person would type gives the
/// same file. One at a time.
class StudyFiles final : public QObject {
  Q_OBJECT

 public:
  explicit StudyFiles(Record& record, QWidget* window);

  /// Asks where to.
  void export_bundle(const StudyChoice& choice);
  void write_report(const StudyChoice& choice);
  void export_bundle_to(const StudyChoice& choice, const QString& file);
  void write_report_to(const StudyChoice& choice, const QString& file);
  bool is_busy() const { return program_->is_running(); }
  void cancel() { program_->cancel(); }

 Q_SIGNALS:
  void started(const QString& sentence);
  /// `problem` is empty if the file is there.
  void finished(const QString& file, const QString& problem);
  void cancelled();

 private:
  void start(QStringList command, const StudyChoice& choice, const QString& file);

  Record& record_;
  QWidget* window_;
  Program* program_;
  QString file_;
};

}  // namespace ibot::ui
