// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>

class QProcess;
class QTimer;

namespace ibot::ui {

/// How a call of the program `ibot` ended.
struct ProgramResult {
  bool succeeded = false;
  bool cancelled = false;  ///< by cancel() or by starting something else; nobody has to be told
  int exit_code = 0;       ///< of app/cli/README.md; -1: it never ran, or did not end by itself
  QByteArray output;       ///< what it wrote on standard output
  QString why;             ///< of a failure, in the program's words; empty after success
  QString details;         ///< the last part of standard error

  /// The output as JSON; null if it is none.
  QJsonDocument json() const { return QJsonDocument::fromJson(output); }
};

/// One call of the program `ibot` that lies beside this one, as a child in the background: what a person
/// would type. Runs that it starts are processes of their own (`--detach`): ending the window, or this
/// object, ends none of them.
///
/// Standard output is kept whole up to kMostOutput, of standard error the end; a child that says more on its
/// standard output is ended. No call waits. Thread: the window's.
class Program final : public QObject {
  Q_OBJECT

 public:
  static constexpr qsizetype kMostOutput = 16 * 1024 * 1024;
  static constexpr qsizetype kMostErrors = 64 * 1024;

  explicit Program(QObject* parent = nullptr);
  /// Ends the child.
  ~Program() override;

  /// Starts `ibot arguments...`; a call that still runs is cancelled. finished() says how it went, also where
  /// the program is missing.
  void start(const QStringList& arguments);
  bool is_running() const { return process_ != nullptr; }
  /// Ends the child: asked at first, killed after a moment. finished() comes at once.
  void cancel();
  /// A child that runs longer is ended, and said to hang. 0: no limit.
  void set_time_limit(int millis) { time_limit_ = millis; }

  /// $IBOT_PROGRAM, or `ibot` beside this program.
  static QString path();

 Q_SIGNALS:
  /// The newest whole line of standard error, as it comes; lines in between may be left out.
  void said(const QString& line);
  void finished(const ibot::ui::ProgramResult& result);

 private:
  void read_output();
  void read_errors();
  void child_ended(int code, bool crashed);
  void give_up(const QString& why, bool cancelled);
  void report(ProgramResult result);

  QProcess* process_ = nullptr;
  QTimer* limit_;
  int time_limit_ = 0;
  QByteArray output_;
  QByteArray errors_;
};

/// What the standard error of a failed `ibot` says went wrong: its last "error: ..." in words, or what the
/// exit code means.
QString failure_in_words(int exit_code, const QByteArray& errors);

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::ProgramResult)
