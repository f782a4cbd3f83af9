// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/kind.h>

namespace ibot::plugin {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::Backbone:
      return "backbone";
    case Kind::Masking:
      return "masking";
    case Kind::Loss:
      return "loss";
    case Kind::Evaluator:
      return "evaluator";
  }
  return "unknown";
}

std::optional<Kind> parse_kind(std::string_view name) {
  for (const Kind kind : {Kind::Backbone, Kind::Masking, Kind::Loss, Kind::Evaluator}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::string qualified_name(Kind kind, std::string_view id) {
  return std::string(to_string(kind)).append("/").append(id);
}

}  // namespace ibot::plugin
