// SPDX-License-Identifier: GPL-3.0-or-later
#include "body.h"

#include <ibot/base/text.h>
#include <ibot/protocol/hello.h>

namespace ibot::protocol {
namespace {

constexpr std::size_t kMostPlugins = 10'000;

}  // namespace

Message Hello::to_message() const {
  Message message;
  message.kind = MessageKind::Hello;
  message.body = {{"protocol", protocol}, {"version", version}, {"plugins", nlohmann::json::array()}};
  for (const Plugin& plugin : plugins) {
    message.body["plugins"].push_back(
        {{"kind", plugin.kind}, {"id", plugin.id}, {"version", plugin.version}});
  }
  return message;
}

base::Result<Hello> Hello::from_message(const Message& message) {
  BodyReader body(message.body, "greeting");
  Hello hello;
  hello.protocol = body.integer("protocol");
  hello.version = body.text("version");
  if (body.status().ok() && hello.protocol != kProtocolVersion) {
    return base::Error{base::ErrorCode::Incompatible,
                       base::str("the program ibot ", base::quote_untrusted(hello.version),
                                 " speaks version ", hello.protocol, " of the protocol"),
                       base::str("version ", kProtocolVersion), "Install both programs from one build"};
  }
  for (const nlohmann::json& each : body.list("plugins", kMostPlugins)) {
    BodyReader plugin(each, "list of plugins");
    hello.plugins.push_back({plugin.text("kind"), plugin.text("id"), plugin.text("version")});
    IBOT_CHECK_OK(plugin.status());
  }
  IBOT_CHECK_OK(body.status());
  return hello;
}

}  // namespace ibot::protocol
