// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QStringList>
#include <cstdint>

namespace ibot::bench {

/// A program that runs beside a benchmark, without a display. Ended when the object goes.
class WatchedProcess {
 public:
  explicit WatchedProcess(const QString& program, const QStringList& arguments = {});
  ~WatchedProcess();

  bool started() const { return started_; }
  /// Seconds of processor time that it and all processes below it took since they began, ended ones included;
  /// negative where that cannot be read.
  double processor_seconds() const;
  /// Stops it and all processes below it (SIGSTOP), or lets them go on.
  void hold(bool still);
  /// Resident bytes now; 0 where that cannot be read.
  std::uint64_t resident() const;

 private:
  QProcess process_;
  bool started_ = false;
};

}  // namespace ibot::bench
