// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/plugin/manifest.h>
#include <ibot/plugin/registry.h>

namespace ibot::plugin {
namespace {

template <class... Callables>
struct Overloaded : Callables... {
  using Callables::operator()...;
};
template <class... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

bool is_callable(const Factory& factory) {
  return std::visit(Overloaded{[](std::monostate) { return false; },
                               [](const auto& function) { return static_cast<bool>(function); }},
                    factory);
}

}  // namespace

void RegisterContext::add_backbone(std::string id, BackboneFactory factory) {
  offers_.push_back({std::move(id), std::move(factory)});
}

void RegisterContext::add_masking(std::string id, MaskingFactory factory) {
  offers_.push_back({std::move(id), std::move(factory)});
}

void RegisterContext::add_loss(std::string id, LossFactory factory) {
  offers_.push_back({std::move(id), std::move(factory)});
}

void RegisterContext::add_evaluator(std::string id, EvaluatorFactory factory) {
  offers_.push_back({std::move(id), std::move(factory)});
}

base::Error unknown_plugin(Kind kind, std::string_view id, const std::vector<std::string>& known) {
  base::Error error{base::ErrorCode::NotFound,
                    base::str("there is no ", to_string(kind), " plugin ", base::quote_untrusted(id)),
                    known.empty() ? base::str("a ", to_string(kind), " plugin, but none was found")
                                  : base::join_choices(known),
                    ""};
  if (const auto nearest = base::nearest_name(id, known)) {
    error.hint = base::str("Did you mean \"", *nearest, "\"?");
  } else if (known.empty()) {
    error.hint = "Set IBOT_PLUGIN_PATH to the folder that holds it";
  }
  return error;
}

base::Status Registry::add(Offer offer) {
  if (!is_valid_id(offer.id) || !is_callable(offer.factory)) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("cannot register ", base::quote_untrusted(offer.id), ": ",
                                 is_callable(offer.factory) ? "it is not an id" : "it has no factory"),
                       "a lower_snake_case id and a factory that can be called", ""};
  }
  const Kind kind = offer.kind();
  if (contains(kind, offer.id)) {
    return base::Error{base::ErrorCode::AlreadyExists,
                       base::str("a ", to_string(kind), " plugin \"", offer.id, "\" is registered already"),
                       "an id of its own", ""};
  }
  factories_.emplace(std::pair(kind, std::move(offer.id)), std::move(offer.factory));
  return {};
}

base::Result<Factory> Registry::find(Kind kind, std::string_view id) const {
  const auto found = factories_.find(std::pair(kind, std::string(id)));
  if (found == factories_.end()) return unknown_plugin(kind, id, ids(kind));
  return found->second;
}

base::Result<BackboneFactory> Registry::backbone(std::string_view id) const {
  IBOT_TRY(auto factory, find(Kind::Backbone, id));
  return std::get<BackboneFactory>(std::move(factory));
}

base::Result<MaskingFactory> Registry::masking(std::string_view id) const {
  IBOT_TRY(auto factory, find(Kind::Masking, id));
  return std::get<MaskingFactory>(std::move(factory));
}

base::Result<LossFactory> Registry::loss(std::string_view id) const {
  IBOT_TRY(auto factory, find(Kind::Loss, id));
  return std::get<LossFactory>(std::move(factory));
}

base::Result<EvaluatorFactory> Registry::evaluator(std::string_view id) const {
  IBOT_TRY(auto factory, find(Kind::Evaluator, id));
  return std::get<EvaluatorFactory>(std::move(factory));
}

bool Registry::contains(Kind kind, std::string_view id) const {
  return factories_.contains(std::pair(kind, std::string(id)));
}

std::vector<std::string> Registry::ids(Kind kind) const {
  std::vector<std::string> list;
  for (const auto& [name, factory] : factories_) {
    if (name.first == kind) list.push_back(name.second);
  }
  return list;
}

}  // namespace ibot::plugin
