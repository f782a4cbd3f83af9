// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/message.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace ibot::protocol {

/// The request that is being answered, as its method sees it.
class IBOT_API Job {
 public:
  virtual ~Job();
  /// Nobody waits for the answer any more: long work looks at it now and then and returns any error.
  virtual bool unwanted() const = 0;
  /// What is being done, for whoever waits; `total` 0: not known.
  virtual void progress(std::string_view what, std::int64_t done, std::int64_t total) = 0;
};

/// Answers a request: body and arrays of the result count; kind and number are set by the server. May throw.
using Method = std::function<base::Result<Message>(const Message& request, Job& job)>;

struct ServerOptions {
  int in = -1;   ///< file descriptors of the pipes; they stay open
  int out = -1;  ///< SIGPIPE must be ignored by the process
  Message hello;
  std::map<std::string, Method, std::less<>> methods;
};

/// Answers requests until `in` ends or `out` breaks. Methods run on the calling thread, which therefore owns
/// models and plugins; another thread reads. A bad frame, an unknown method or an exception is answered by an
/// Error message and ends nothing. Errors: Io (a pipe could not be used at all).
IBOT_API base::Status serve(const ServerOptions& options);

}  // namespace ibot::protocol
