// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "harness.h"

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>

namespace ibot::bench {

/// A reference program in a process of its own, spoken to in JSON lines (README.md beside this file).
///
/// Its standard error goes where ours goes. The process, and all that it started, ends with this object.
/// Not for use from two threads at once.
class ReferenceProcess : public Contender {
 public:
  /// Starts `command` with /bin/sh and says hello. Errors: not startable, no answer within `timeout`, an
  /// answer that is not a JSON object.
  static base::Result<std::unique_ptr<ReferenceProcess>> start(const std::string& command,
                                                               std::chrono::milliseconds timeout);
  ~ReferenceProcess() override;
  ReferenceProcess(const ReferenceProcess&) = delete;
  ReferenceProcess& operator=(const ReferenceProcess&) = delete;

  /// Its answer to hello: name, versions, threads.
  const nlohmann::json& about() const { return about_; }

  base::Status prepare(const std::string& bench, const nlohmann::json& settings);
  base::Result<Measurement> run(int iterations) override;
  base::Result<MemoryUse> memory();

 private:
  ReferenceProcess(pid_t process, int to_child, int from_child, std::chrono::milliseconds timeout);

  /// Sends one request and reads one answer. An answer with the key "error" is a failure with that text.
  base::Result<nlohmann::json> ask(const nlohmann::json& request);
  base::Status send(const std::string& line);
  base::Result<std::string> receive();

  pid_t process_;
  int to_child_;
  int from_child_;
  std::chrono::milliseconds timeout_;
  bool timed_out_ = false;  ///< no use in waiting for it at the end
  std::string received_;    ///< bytes after the last complete line
  nlohmann::json about_;
};

}  // namespace ibot::bench
