// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plugin/factories.h>
#include <ibot/plugin/kind.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ibot::plugin {

/// A factory of any kind. The alternative's index is the Kind's value.
using Factory = std::variant<std::monostate, BackboneFactory, MaskingFactory, LossFactory, EvaluatorFactory>;

/// One thing that a plugin wants to register.
struct Offer {
  std::string id;
  Factory factory;
  Kind kind() const { return static_cast<Kind>(factory.index()); }
};

/// The staging area that a plugin's register function fills. Nothing of it is seen by anybody until the
/// plugin has returned successfully and the host has taken it over into a Registry.
class IBOT_API RegisterContext {
 public:
  void add_backbone(std::string id, BackboneFactory factory);
  void add_masking(std::string id, MaskingFactory factory);
  void add_loss(std::string id, LossFactory factory);
  void add_evaluator(std::string id, EvaluatorFactory factory);

  const std::vector<Offer>& offers() const { return offers_; }

 private:
  std::vector<Offer> offers_;
};

/// The factories that can be used, by kind and id. Not thread-safe: filled at start, read afterwards.
class IBOT_API Registry {
 public:
  /// Takes over one offer. Errors: AlreadyExists (same kind and id), InvalidArgument (an empty factory or a
  /// bad id).
  base::Status add(Offer offer);

  /// Errors: NotFound, with the nearest known name and the list of all.
  base::Result<BackboneFactory> backbone(std::string_view id) const;
  base::Result<MaskingFactory> masking(std::string_view id) const;
  base::Result<LossFactory> loss(std::string_view id) const;
  base::Result<EvaluatorFactory> evaluator(std::string_view id) const;

  bool contains(Kind kind, std::string_view id) const;
  /// Sorted.
  std::vector<std::string> ids(Kind kind) const;

 private:
  base::Result<Factory> find(Kind kind, std::string_view id) const;
  std::map<std::pair<Kind, std::string>, Factory> factories_;
};

/// NotFound: "there is no masking plugin "blok" (expected: block, none or random). Did you mean "block"?"
IBOT_API base::Error unknown_plugin(Kind kind, std::string_view id, const std::vector<std::string>& known);

}  // namespace ibot::plugin
