// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve.h"

#include "view_sources.h"

#include <ibot/base/text.h>
#include <ibot/inspect/laboratory.h>
#include <ibot/inspect/views.h>
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

// A method of typed messages: reads the request, answers, writes the reply.
template <class Request, class Answer>
void add(protocol::ServerOptions& options, const Answer& answer) {
  options.methods[std::string(Request::kMethod)] =
      [answer](const protocol::Message& message, protocol::Job& job) -> base::Result<protocol::Message> {
    IBOT_TRY(const auto request, Request::from_message(message));
    IBOT_TRY(const auto reply, answer(request, job));
    return reply.to_message();
  };
}

void add_views(protocol::ServerOptions& options, inspect::Views& views) {
  using protocol::Job;
  const auto with_job = [&views](auto view) {
    return [&views, view](const auto& request, Job& job) { return (views.*view)(request, job); };
  };
  const auto short_one = [&views](auto view) {
    return [&views, view](const auto& request, Job&) { return (views.*view)(request); };
  };
  add<protocol::NetworkRequest>(options, short_one(&inspect::Views::network));
  add<protocol::AttentionRequest>(options, short_one(&inspect::Views::attention));
  add<protocol::CorrespondenceRequest>(options, short_one(&inspect::Views::correspondence));
  add<protocol::PredictionRequest>(options, short_one(&inspect::Views::prediction));
  add<protocol::SimilarityRequest>(options, with_job(&inspect::Views::similarity));
  add<protocol::ClustersRequest>(options, with_job(&inspect::Views::clusters));
  add<protocol::EmbeddingRequest>(options, with_job(&inspect::Views::embedding));
  add<protocol::PrototypesRequest>(options, with_job(&inspect::Views::prototypes));
  add<protocol::PrototypeDriftRequest>(options, with_job(&inspect::Views::prototype_drift));
  add<protocol::NormsRequest>(options, with_job(&inspect::Views::norms));
  add<protocol::CkaRequest>(options, with_job(&inspect::Views::cka));
  add<protocol::AgreementRequest>(options, with_job(&inspect::Views::agreement));
  add<protocol::WallRequest>(options, with_job(&inspect::Views::wall));
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
  RecordSources sources(loader);
  inspect::Views views(loader, &sources);
  protocol::ServerOptions options;
  options.in = STDIN_FILENO;
  options.out = out;
  options.hello = hello_of(loader).to_message();
  add<protocol::LaboratoryRequest>(
      options, [&](const auto& request, protocol::Job&) { return laboratory.draw(request); });
  add<protocol::HistogramRequest>(options, [&](const auto& request, protocol::Job& job) {
    return laboratory.histogram(request, [&job] { return job.unwanted(); });
  });
  add_views(options, views);
  const base::Status served = protocol::serve(options);
  ::close(out);
  return served;
}

}  // namespace ibot::cli
