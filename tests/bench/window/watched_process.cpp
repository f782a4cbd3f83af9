// SPDX-License-Identifier: GPL-3.0-or-later
#include "watched_process.h"

#include <unistd.h>

#include <QFile>

namespace ibot::bench {

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
  process_.kill();
  process_.waitForFinished();
}

double WatchedProcess::processor_seconds() const {
  QFile file(QStringLiteral("/proc/%1/stat").arg(process_.processId()));
  if (!file.open(QIODevice::ReadOnly)) return -1;
  // Behind the name, which may hold spaces: state is field 3, utime to cstime are 14 to 17.
  const QByteArray text = file.readAll();
  const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
  if (fields.size() < 15) return -1;
  double ticks = 0;
  for (int i = 11; i <= 14; ++i) ticks += fields[i].toDouble();
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t WatchedProcess::resident() const {
  QFile file(QStringLiteral("/proc/%1/statm").arg(process_.processId()));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const QList<QByteArray> fields = file.readAll().split(' ');
  return fields.size() < 2 ? 0
                           : fields[1].toULongLong() * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace ibot::bench
