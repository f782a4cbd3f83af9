// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/store.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ibot::record {

/// Collects what one run has to say and writes it in batches. What could not be written stays and is tried
/// again at the next flush, so that a full disk costs nothing once there is space again; beyond `capacity`
/// points the oldest points are given up and counted.
///
///   buffer.metric("loss/total", step, loss);
///   if (buffer.is_due(base::now_micros())) status = buffer.flush(store);
///
/// Thread: one.
class IBOT_API RunBuffer {
 public:
  struct Options {
    std::size_t capacity = 200'000;           ///< metric points held while the record cannot be written
    std::int64_t flush_interval = 2'000'000;  ///< microseconds; must stay below kHeartbeatMicros
    std::size_t flush_points = 5'000;         ///< flush earlier when this many points wait
  };

  explicit RunBuffer(std::string run);
  RunBuffer(std::string run, const Options& options);

  void metric(std::string_view name, std::int64_t step, double value);
  void event(Event event);
  void log_line(std::string line);
  /// The last finished step.
  void step(std::int64_t step) { update_.step = step; }

  bool is_due(std::int64_t now) const;
  /// One transaction; also the heartbeat. On failure everything is kept, and the next try is due after a
  /// pause that grows to half a minute; Cancelled means that another trainer has the run: stop.
  /// InvalidArgument (a negative step, an event whose data are not JSON) is a mistake of the caller: that
  /// update is given up. The first success after a loss also writes an event that says how much was given up.
  base::Status flush(Store& store);

  std::size_t waiting() const { return update_.metrics.size(); }
  std::int64_t lost() const { return lost_; }

 private:
  void make_room();

  std::string run_;
  Options options_;
  RunUpdate update_;
  std::int64_t last_try_ = 0;
  std::int64_t pause_ = 0;  // after failures; 0 while all is well
  std::int64_t lost_ = 0;
};

}  // namespace ibot::record
