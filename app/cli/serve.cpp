// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve.h"

#include <ibot/base/text.h>
#include <ibot/inspect/laboratory.h>
#include <ibot/plugin/loader.h>
#include <ibot/protocol/hello.h>
#include <ibot/protocol/laboratory.h>
#include <ibot/protocol/server.h>

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace ibot::cli {
namespace {

protocol::Hello hello_of(const plugin::Loader& loader) {
  protocol::Hello hello;
  hello.version = IBOT_VERSION;
  for (const plugin::PluginRecord& record : loader.plugins()) {
    if (record.state == plugin::State::Failed || record.state == plugin::State::Disabled) continue;
    hello.plugins.push_back(
        {std::string(plugin::to_string(record.manifest.kind)), record.manifest.id, record.manifest.version});
  }
  return hello;
}

}  // namespace

base::Status serve_inspection() {
  std::signal(SIGPIPE, SIG_IGN);
  // Frames alone go to the pipe: what a plugin prints on standard output would break them.
  const int out = ::dup(STDOUT_FILENO);
  if (out < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    return base::Error{base::ErrorCode::Io, base::str("standard output: ", std::strerror(errno)), "", ""};
  }
  plugin::Loader loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  inspect::Laboratory laboratory(loader);
  protocol::ServerOptions options;
  options.in = STDIN_FILENO;
  options.out = out;
  options.hello = hello_of(loader).to_message();
  options.methods[std::string(protocol::LaboratoryRequest::kMethod)] =
      [&](const protocol::Message& message, protocol::Job&) -> base::Result<protocol::Message> {
    IBOT_TRY(const auto request, protocol::LaboratoryRequest::from_message(message));
    IBOT_TRY(const auto reply, laboratory.draw(request));
    return reply.to_message();
  };
  options.methods[std::string(protocol::HistogramRequest::kMethod)] =
      [&](const protocol::Message& message, protocol::Job& job) -> base::Result<protocol::Message> {
    IBOT_TRY(const auto request, protocol::HistogramRequest::from_message(message));
    IBOT_TRY(const auto reply, laboratory.histogram(request, [&job] { return job.unwanted(); }));
    return reply.to_message();
  };
  const base::Status served = protocol::serve(options);
  ::close(out);
  return served;
}

}  // namespace ibot::cli
