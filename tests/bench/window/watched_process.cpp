// SPDX-License-Identifier: GPL-3.0-or-later
#include "watched_process.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <csignal>
#include <map>

namespace ibot::bench {
namespace {

struct ProcessTimes {
  qint64 parent = 0;
  double ticks = 0;  ///< of its own and of its ended children
};

bool is_below(const std::map<qint64, ProcessTimes>& all, qint64 process, qint64 root) {
  while (process != root && all.contains(process)) process = all.at(process).parent;
  return process == root;
}

std::map<qint64, ProcessTimes> every_process() {
  std::map<qint64, ProcessTimes> all;
  for (const QString& name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
    const qint64 process = name.toLongLong();
    QFile file(QStringLiteral("/proc/%1/stat").arg(name));
    if (process <= 0 || !file.open(QIODevice::ReadOnly)) continue;
    // Behind the name, which may hold spaces: state is field 3, the parent 4, utime to cstime are 14 to 17.
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 15) continue;
    ProcessTimes& times = all[process];
    times.parent = fields[1].toLongLong();
    for (int i = 11; i <= 14; ++i) times.ticks += fields[i].toDouble();
  }
  return all;
}

}  // namespace

WatchedProcess::WatchedProcess(const QString& program, const QStringList& arguments) {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
  process_.setProcessEnvironment(environment);
  process_.setStandardOutputFile(QProcess::nullDevice());
  process_.setStandardErrorFile(QProcess::nullDevice());
  process_.start(program, arguments);
  started_ = process_.waitForStarted();
}

WatchedProcess::~WatchedProcess() {
  hold(false);  // a child that is held still would never see that its parent has gone
  process_.kill();
  process_.waitForFinished();
}

double WatchedProcess::processor_seconds() const {
  const std::map<qint64, ProcessTimes> all = every_process();
  if (!all.contains(process_.processId())) return -1;
  double ticks = 0;
  for (const auto& [process, times] : all) {
    if (is_below(all, process, process_.processId())) ticks += times.ticks;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void WatchedProcess::hold(bool still) {
  const std::map<qint64, ProcessTimes> all = every_process();
  for (const auto& [process, times] : all) {
    if (is_below(all, process, process_.processId()))
      ::kill(static_cast<pid_t>(process), still ? SIGSTOP : SIGCONT);
  }
}

std::uint64_t WatchedProcess::resident() const {
  QFile file(QStringLiteral("/proc/%1/statm").arg(process_.processId()));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const QList<QByteArray> fields = file.readAll().split(' ');
  return fields.size() < 2 ? 0
                           : fields[1].toULongLong() * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace ibot::bench
